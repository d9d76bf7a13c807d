//! Typed values out of JSON nodes, collecting every problem.

use std::borrow::Cow;

use rayon::prelude::*;

use super::fields::{Fields, Room, did_you_mean};
use super::issue::{Issue, Refusal};
use super::node::{Kind, Member, Node, is_unprintable};
use super::notice::Notices;
use super::outline::Outline;

/// Elements of a long list that one thread reads at a time.
const PART: usize = 4096;

/// Reads one document and collects what is wrong with it. Forks of it may read parts in parallel.
#[derive(Debug)]
pub struct Reader<'a> {
    source: &'a str,
    issues: Vec<Issue>,
    /// What the user should know although the data can be used.
    pub notices: Notices,
    lenient: bool,
    /// The outline of the document, each part until it is asked for.
    outline: Option<Outline<'a>>,
    /// Room for the fields of objects, used over and over.
    spare: Vec<Room<'a>>,
}

impl<'a> Reader<'a> {
    /// A reader of a document that must have no unknown fields.
    pub fn strict(source: &'a str) -> Reader<'a> {
        Reader {
            source,
            issues: Vec::new(),
            notices: Notices::default(),
            lenient: false,
            outline: None,
            spare: Vec::new(),
        }
    }

    /// A reader of a document whose unknown fields are ignored (plans and results).
    pub fn lenient(source: &'a str) -> Reader<'a> {
        Reader { lenient: true, ..Reader::strict(source) }
    }

    /// A reader of another part of the same document.
    pub fn fork(&self) -> Reader<'a> {
        Reader { lenient: self.lenient, ..Reader::strict(self.source) }
    }

    /// Whether unknown fields are ignored.
    pub(super) fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// Takes over what a fork has collected.
    pub fn absorb(&mut self, fork: Reader<'_>) {
        self.issues.extend(fork.issues);
        self.notices.absorb(fork.notices);
    }

    /// Reads a part in which unknown fields are refused, whatever holds elsewhere.
    pub fn strictly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let lenient = std::mem::replace(&mut self.lenient, false);
        let part = read(self);
        self.lenient = lenient;
        part
    }

    /// The root value, or why the text is not one JSON value.
    pub fn root(file: &str, source: &'a str) -> Result<Node<'a>, Refusal> {
        Reader::open(file, source).map(|(_, root)| root)
    }

    /// A strict reader of a text with its root value, or why the text is not one JSON value. It knows the elements of
    /// the root's lists already.
    pub fn open(file: &str, source: &'a str) -> Result<(Reader<'a>, Node<'a>), Refusal> {
        if source.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Err(Refusal::whole_file(file, "E101", "the file is empty", "give a JSON document"));
        }
        let outline = Outline::of(source).map_err(|error| syntax_refusal(file, source, &error))?;
        let root = outline.root;
        Ok((Reader { outline: Some(outline), ..Reader::strict(source) }, root))
    }

    /// The same reader, which from now on ignores unknown fields.
    pub fn leniently(self) -> Reader<'a> {
        Reader { lenient: true, ..self }
    }

    /// The notices where nothing was wrong, every problem otherwise.
    pub fn finish(self, file: &str) -> Result<Notices, Refusal> {
        if self.issues.is_empty() { Ok(self.notices) } else { Err(self.refusal(file)) }
    }

    /// Every problem found.
    pub fn refusal(self, file: &str) -> Refusal {
        Refusal::locate(file, self.source, self.issues)
    }

    /// Whether nothing wrong was found so far.
    pub fn is_content(&self) -> bool {
        self.issues.is_empty()
    }

    /// Records a problem with the value at `node`.
    pub fn fault(&mut self, node: Node<'_>, code: &'static str, problem: impl Into<String>, remedy: impl Into<String>) {
        let value = match node.kind() {
            Kind::Object | Kind::Array => String::new(),
            _ => node.shown(),
        };
        self.issues.push(Issue {
            code,
            offset: node.offset_in(self.source),
            value,
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    pub(super) fn wrong_kind(&mut self, node: Node<'_>, wanted: Kind) {
        let remedy = match (node.kind(), wanted) {
            (Kind::Null, _) => "leave the field out or give a value".to_owned(),
            (Kind::Text, Kind::Number) => "write the number without quotes".to_owned(),
            _ => format!("write {}", wanted.spoken()),
        };
        let problem = format!("is {} where {} is due", node.kind().spoken(), wanted.spoken());
        self.fault(node, "E201", problem, remedy);
    }

    /// The fields of an object.
    pub fn object(&mut self, node: Node<'a>) -> Option<Fields<'a>> {
        if node.kind() != Kind::Object {
            self.wrong_kind(node, Kind::Object);
            return None;
        }
        let mut room = self.spare.pop().unwrap_or_default();
        let read = match self.members_known(node) {
            Some(members) => {
                room.members = members;
                Ok(())
            }
            None => node.members_into(&mut room.members),
        };
        match read {
            Ok(()) => {
                let fields = Fields::new(node, room);
                if fields.may_have_doubles() {
                    self.refuse_duplicates(fields.members());
                }
                Some(fields)
            }
            Err(_) => {
                self.bad_unicode(node);
                None
            }
        }
    }

    /// Takes the room of fields back that nobody asks any more.
    pub(super) fn reuse(&mut self, room: Room<'a>) {
        self.spare.push(room);
    }

    /// The members of the root.
    fn members_known(&self, node: Node<'a>) -> Option<Vec<Member<'a>>> {
        let outline = self.outline.as_ref()?;
        if std::ptr::eq(outline.root.text, node.text) { outline.members.clone() } else { None }
    }

    /// The elements of one of the root's lists, once.
    fn elements_known(&mut self, node: Node<'a>) -> Option<Vec<Node<'a>>> {
        let lists = &mut self.outline.as_mut()?.lists;
        let at = lists.iter().position(|(list, _)| std::ptr::eq(list.text, node.text))?;
        Some(lists.swap_remove(at).1)
    }

    fn bad_unicode(&mut self, node: Node<'_>) {
        self.fault(node, "E104", "has a broken \\u escape", "re-save the file as UTF-8");
    }

    fn refuse_duplicates(&mut self, members: &[Member<'a>]) {
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|&a, &b| members[a].name.cmp(&members[b].name).then(a.cmp(&b)));
        for pair in order.windows(2) {
            if members[pair[0]].name == members[pair[1]].name {
                let problem = format!("stands twice: the field \"{}\" was given before", members[pair[1]].name);
                self.fault(members[pair[1]].value, "E107", problem, "keep one of the two");
            }
        }
    }

    /// The elements of a list.
    pub fn list(&mut self, node: Node<'a>) -> Option<Vec<Node<'a>>> {
        if node.kind() != Kind::Array {
            self.wrong_kind(node, Kind::Array);
            return None;
        }
        Some(self.elements_known(node).unwrap_or_else(|| node.elements().collect()))
    }

    /// A list each of whose elements is read by `read`.
    pub fn list_of<T>(
        &mut self,
        node: Node<'a>,
        mut read: impl FnMut(&mut Self, Node<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let elements = self.list(node)?;
        Some(elements.into_iter().filter_map(|element| read(self, element)).collect())
    }

    /// The same for a list that may be very long: its parts are read in parallel, each by a fork of the reader, and
    /// joined in the order of the file. What could not be read is `None`, and has its issue.
    pub fn long_list_of<T: Send>(
        &mut self,
        node: Node<'a>,
        read: impl Fn(&mut Self, Node<'a>) -> Option<T> + Sync,
    ) -> Option<(Vec<Node<'a>>, Vec<Option<T>>)> {
        let elements = self.list(node)?;
        let mut all: Vec<Option<T>> = (0..elements.len()).into_par_iter().map(|_| None).collect();
        let forks: Vec<Reader<'a>> = elements
            .par_chunks(PART)
            .zip(all.par_chunks_mut(PART))
            .map(|(elements, slots)| {
                let mut fork = self.fork();
                for (slot, &element) in slots.iter_mut().zip(elements) {
                    *slot = read(&mut fork, element);
                }
                fork
            })
            .collect();
        forks.into_iter().for_each(|fork| self.absorb(fork));
        Some((elements, all))
    }

    /// A text.
    pub fn text(&mut self, node: Node<'a>) -> Option<Cow<'a, str>> {
        if node.kind() != Kind::Text {
            self.wrong_kind(node, Kind::Text);
            return None;
        }
        match node.string() {
            Ok(text) => Some(text),
            Err(_) => {
                self.bad_unicode(node);
                None
            }
        }
    }

    /// A text as an owned string.
    pub fn string(&mut self, node: Node<'a>) -> Option<String> {
        self.text(node).map(Cow::into_owned)
    }

    /// An id: 1 to 256 bytes, no control or bidirectional characters.
    pub fn id(&mut self, node: Node<'a>) -> Option<Box<str>> {
        let text = self.text(node)?;
        let problem = if text.is_empty() {
            "is empty"
        } else if text.len() > 256 {
            "is longer than 256 bytes"
        } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.chars().any(is_unprintable) {
            "has a control or bidirectional character"
        } else {
            return Some(text.into());
        };
        self.fault(node, "E207", problem, "give an id of 1 to 256 bytes of plain characters");
        None
    }

    /// true or false.
    pub fn truth(&mut self, node: Node<'a>) -> Option<bool> {
        if node.kind() != Kind::Truth {
            self.wrong_kind(node, Kind::Truth);
            return None;
        }
        Some(node.text == "true")
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, node: Node<'a>, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(node)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|&(_, meaning)| meaning);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
            let remedy = format!("write one of {}{}", known.join(", "), did_you_mean(&text, known.iter().copied()));
            self.fault(node, "E206", "is not a word known here", remedy);
        }
        found
    }

    /// Any value nested at most `depth` deep, as a tree without doubled names.
    pub fn tree(&mut self, node: Node<'a>, depth: u32) -> Option<serde_json::Value> {
        let Some(depth) = depth.checked_sub(1) else {
            self.fault(node, "E210", "is nested too deep", "remove what is not needed");
            return None;
        };
        match node.kind() {
            Kind::Object => {
                let members: Vec<(Cow<'a, str>, Node<'a>)> = self.object(node)?.rest().collect();
                let read = members.iter().map(|(name, value)| Some((name.to_string(), self.tree(*value, depth)?)));
                read.collect::<Option<_>>().map(serde_json::Value::Object)
            }
            Kind::Array => self.list_of(node, |reader, node| reader.tree(node, depth)).map(serde_json::Value::Array),
            Kind::Text => self.string(node).map(serde_json::Value::String),
            Kind::Number => self.real(node).and_then(|_| serde_json::from_str(node.text).ok()),
            Kind::Truth => self.truth(node).map(serde_json::Value::Bool),
            Kind::Null => Some(serde_json::Value::Null),
        }
    }

    /// Checks the first field of every document. Says whether the document may be of the format; if not, nothing more
    /// can be said of it.
    pub fn format(&mut self, fields: &mut Fields<'a>, wanted: &'static str) -> bool {
        let Some(node) = fields.take("format") else {
            let remedy = format!("add \"format\": \"{wanted}\"");
            self.fault(fields.node, "E204", "has no field \"format\"", remedy);
            return true;
        };
        if let Some(text) = self.text(node)
            && text != wanted
        {
            self.fault(node, "E208", "is not the format expected here", format!("this version reads \"{wanted}\""));
            return false;
        }
        true
    }
}

fn syntax_refusal(file: &str, source: &str, error: &serde_json::Error) -> Refusal {
    let line_start: usize = source.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = (line_start + error.column().saturating_sub(1)).min(source.len());
    while !source.is_char_boundary(offset) {
        offset -= 1;
    }
    let text = error.to_string();
    let problem = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let (before, after) = (source[..offset].trim_end(), source[offset..].trim_start());
    let literal = ["NaN", "Infinity", "-Infinity"].into_iter().find(|literal| after.starts_with(literal));
    let (code, problem, remedy) = if before.ends_with(',') && after.starts_with(['}', ']']) {
        ("E102", problem, "remove the comma before the closing bracket")
    } else if let Some(literal) = literal {
        ("E102", format!("{literal} is no number"), "give a number or leave the field out")
    } else if problem.contains("key must be a string") && after.starts_with(|c: char| c.is_ascii_digit()) {
        let problem = "a number stands where the name of a field is due".to_owned();
        ("E102", problem, "write decimals with a point, as 900.50")
    } else if problem.contains("trailing characters") {
        ("E103", problem, "the file must hold one JSON value; remove what follows it")
    } else if problem.contains("EOF") {
        ("E102", problem, "the file ends too early; give the whole file")
    } else if after.starts_with(['/', '#', '\'']) {
        ("E102", problem, "not JSON: remove comments and write texts in double quotes")
    } else {
        ("E102", problem, "not JSON: mend the text at this place")
    };
    let issue = Issue {
        code,
        offset,
        value: String::new(),
        problem: format!("is not valid JSON: {problem}"),
        remedy: remedy.to_owned(),
    };
    Refusal::locate(file, source, vec![issue])
}
