//! The outline of a document: its fields and the elements of its lists, found while its grammar is checked.
//!
//! A large file is a few lists of very many elements. One walk checks them all and knows afterwards where each begins and
//! ends, so that they can be read in parallel. (Finding them first and checking in parallel takes two walks, and longer.)

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::node::{Member, Node, unescaped};
use super::scan;

/// A document whose grammar has been checked.
#[derive(Clone, Debug)]
pub(super) struct Outline<'a> {
    /// The document itself.
    pub root: Node<'a>,
    /// Its fields, where it is an object and they could be told.
    pub members: Option<Vec<Member<'a>>>,
    /// Those fields that are lists, with their elements.
    pub lists: Vec<(Node<'a>, Vec<Node<'a>>)>,
}

impl<'a> Outline<'a> {
    /// The outline of a text that must be one JSON value.
    pub fn of(source: &'a str) -> Result<Outline<'a>, serde_json::Error> {
        match Outline::walk(source) {
            Some(outline) => Ok(outline),
            // What is wrong, serde_json says; what is nested too deep for the walk may still be right.
            None => {
                let raw: &'a RawValue = serde_json::from_str(source)?;
                Ok(Outline { root: Node { text: raw.get() }, members: None, lists: Vec::new() })
            }
        }
    }

    fn walk(source: &'a str) -> Option<Outline<'a>> {
        let bytes = source.as_bytes();
        let start = scan::blank(bytes, 0);
        let (mut members, mut lists) = (None, Vec::new());
        let end = if bytes.get(start) == Some(&b'{') {
            let (found, end) = walk_object(source, start, &mut lists)?;
            members = Some(found);
            end
        } else {
            scan::value(bytes, start)?
        };
        let root = Node { text: &source[start..end] };
        (scan::blank(bytes, end) == bytes.len()).then_some(Outline { root, members, lists })
    }
}

/// The members of the object that begins at `at`, and its end.
fn walk_object<'a>(
    source: &'a str,
    at: usize,
    lists: &mut Vec<(Node<'a>, Vec<Node<'a>>)>,
) -> Option<(Vec<Member<'a>>, usize)> {
    let bytes = source.as_bytes();
    let mut members = Vec::new();
    let mut at = scan::blank(bytes, at + 1);
    if bytes.get(at) == Some(&b'}') {
        return Some((members, at + 1));
    }
    loop {
        let start = scan::named(bytes, at)?;
        let name: Cow<'a, str> = unescaped(&source[at..scan::skip_string(bytes, at)]).ok()?;
        let end = if bytes.get(start) == Some(&b'[') {
            let (elements, end) = walk_list(source, start)?;
            lists.push((Node { text: &source[start..end] }, elements));
            end
        } else {
            scan::value(bytes, start)?
        };
        members.push(Member { name, value: Node { text: &source[start..end] } });
        at = scan::blank(bytes, end);
        match bytes.get(at)? {
            b',' => at = scan::blank(bytes, at + 1),
            b'}' => return Some((members, at + 1)),
            _ => return None,
        }
    }
}

/// The elements of the list that begins at `at`, and its end.
fn walk_list(source: &str, at: usize) -> Option<(Vec<Node<'_>>, usize)> {
    let bytes = source.as_bytes();
    let mut elements = Vec::new();
    let mut at = scan::blank(bytes, at + 1);
    if bytes.get(at) == Some(&b']') {
        return Some((elements, at + 1));
    }
    loop {
        let end = scan::value(bytes, at)?;
        elements.push(Node { text: &source[at..end] });
        at = scan::blank(bytes, end);
        match bytes.get(at)? {
            b',' => at = scan::blank(bytes, at + 1),
            b']' => return Some((elements, at + 1)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_the_elements_of_lists_are_found() {
        let source = r#" {"a": [1, {"x": [2, "]"]}, "three"], "b": {"c": []}, "d": [ ]} "#;
        let outline = Outline::of(source).unwrap();
        assert_eq!(outline.root.text, source.trim());
        let members = outline.members.unwrap();
        let named: Vec<(&str, &str)> = members.iter().map(|member| (&*member.name, member.value.text)).collect();
        assert_eq!(named, [("a", r#"[1, {"x": [2, "]"]}, "three"]"#), ("b", r#"{"c": []}"#), ("d", "[ ]")]);
        let lists: Vec<Vec<&str>> =
            outline.lists.iter().map(|(_, elements)| elements.iter().map(|element| element.text).collect()).collect();
        assert_eq!(lists, [vec!["1", r#"{"x": [2, "]"]}"#, r#""three""#], vec![]]);
    }

    #[test]
    fn what_serde_json_refuses_is_refused_and_nothing_else() {
        let texts = [
            r#"{"a": [1, 2}"#,
            r#"{"a": [1 2]}"#,
            r#"{"a": [,]}"#,
            r#"{"a": [1,]}"#,
            r#"{"a": [{"b": ]}]}"#,
            r#"{"a": [tru]}"#,
            r#"{"a": ["\x"]}"#,
            r#"{"a": []} {}"#,
            r#"{"a": [1]]}"#,
            r#"{"a" [1]}"#,
            r#"{"\ud800": [1]}"#,
            "[1, 2]",
            "7",
            "{}",
            "",
        ];
        let deep = format!("{{\"a\": [{}1{}]}}", "[".repeat(200), "]".repeat(200));
        for text in texts.into_iter().chain([&*deep]) {
            let theirs = serde_json::from_str::<&RawValue>(text);
            match (Outline::of(text), theirs) {
                (Ok(outline), Ok(raw)) => assert_eq!(outline.root.text, raw.get()),
                (Err(ours), Err(theirs)) => assert_eq!(ours.to_string(), theirs.to_string()),
                (ours, theirs) => panic!("{text}: {ours:?}, serde_json {theirs:?}"),
            }
        }
    }
}
