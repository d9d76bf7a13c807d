//! One value of a JSON text, still as text.

use std::borrow::Cow;

use super::outline::Outline;
use super::scan;

/// One value of a JSON text: a slice of the source, so that its place is known without any bookkeeping.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The value as it is written, without surrounding blanks.
    pub text: &'a str,
}

/// One member of an object: its name, where the name stands, and its value.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Node<'a>,
}

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Object,
    Array,
    Text,
    Number,
    Truth,
    Null,
}

impl Kind {
    /// The kind in a planner's words, with its article.
    pub fn spoken(self) -> &'static str {
        match self {
            Kind::Object => "an object {…}",
            Kind::Array => "a list […]",
            Kind::Text => "a text in quotes",
            Kind::Number => "a number",
            Kind::Truth => "true or false",
            Kind::Null => "null",
        }
    }
}

impl<'a> Node<'a> {
    /// The root of a text that must be one JSON value.
    pub fn root(source: &'a str) -> Result<Node<'a>, serde_json::Error> {
        Outline::of(source).map(|outline| outline.root)
    }

    /// Where the value begins in its source, in bytes. Addresses of slices of one text, so no bookkeeping is needed.
    pub fn offset_in(&self, source: &str) -> usize {
        (self.text.as_ptr() as usize).saturating_sub(source.as_ptr() as usize)
    }

    /// What the value is; the grammar has been checked, so the first byte tells.
    pub fn kind(&self) -> Kind {
        match self.text.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Truth,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Adds the members of an object to a list, in the order of the file, duplicates included.
    pub(super) fn members_into(&self, members: &mut Vec<Member<'a>>) -> Result<(), serde_json::Error> {
        let bytes = self.text.as_bytes();
        let mut at = scan::blank(bytes, 1);
        while bytes.get(at) == Some(&b'"') {
            let end = scan::skip_string(bytes, at);
            let name = unescaped(&self.text[at..end])?;
            // A colon, with blanks around it.
            let start = scan::blank(bytes, scan::blank(bytes, end) + 1);
            let end = scan::skip(bytes, start);
            members.push(Member { name, value: Node { text: &self.text[start..end] } });
            // A comma, or the brace at the end.
            at = scan::blank(bytes, scan::blank(bytes, end) + 1);
        }
        Ok(())
    }

    /// The members of an object.
    pub(super) fn members(&self) -> Result<Vec<Member<'a>>, serde_json::Error> {
        let mut members = Vec::new();
        self.members_into(&mut members).map(|()| members)
    }

    /// The elements of a list, one after the other.
    pub fn elements(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let text = self.text;
        let mut at = scan::blank(text.as_bytes(), 1);
        std::iter::from_fn(move || {
            let bytes = text.as_bytes();
            if bytes.get(at).is_none_or(|&byte| byte == b']') {
                return None;
            }
            let start = at;
            let end = scan::skip(bytes, start);
            let after = scan::blank(bytes, end);
            at = if bytes.get(after) == Some(&b',') { scan::blank(bytes, after + 1) } else { bytes.len() };
            Some(Node { text: &text[start..end] })
        })
    }

    /// The value at a place below this one: names of members, and numbers of elements from 0.
    pub fn at(&self, path: &[&str]) -> Option<Node<'a>> {
        let Some((step, rest)) = path.split_first() else { return Some(*self) };
        let child = match self.kind() {
            Kind::Object => self.members().ok()?.into_iter().find(|member| member.name == *step)?.value,
            Kind::Array => self.elements().nth(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
        child.at(rest)
    }

    /// The fields of an object, whose names are data; none where it is no object.
    #[cfg(feature = "cli")]
    pub fn fields(&self) -> Vec<(String, Node<'a>)> {
        let members = if self.kind() == Kind::Object { self.members().unwrap_or_default() } else { Vec::new() };
        members.into_iter().map(|member| (member.name.into_owned(), member.value)).collect()
    }

    /// The text of a string, where it is one.
    #[cfg(feature = "cli")]
    pub fn as_text(&self) -> Option<String> {
        if self.kind() == Kind::Text { self.string().ok().map(Cow::into_owned) } else { None }
    }

    /// The text of a string, its escapes resolved.
    pub(super) fn string(&self) -> Result<Cow<'a, str>, serde_json::Error> {
        unescaped(self.text)
    }

    /// The value as shown in a message: escaped, on one line, at most 80 characters.
    pub fn shown(&self) -> String {
        let mut shown = String::new();
        for (count, character) in self.text.chars().enumerate() {
            if count == 80 {
                shown.push('…');
                break;
            }
            if is_unprintable(character) {
                shown.extend(character.escape_unicode());
            } else {
                shown.push(character);
            }
        }
        shown
    }
}

/// Control characters and those that change the direction of text: never printed, never part of an id.
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The text of a string as it is written, quotes included: borrowed where it has no escapes.
pub(super) fn unescaped(written: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    let inner = &written[1..written.len() - 1];
    if inner.as_bytes().contains(&b'\\') {
        serde_json::from_str(written).map(Cow::Owned)
    } else {
        Ok(Cow::Borrowed(inner))
    }
}
