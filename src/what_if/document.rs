//! A document that is changed: only what a change touches is taken apart, everything else stays as it was written.

use crate::json::{Kind, Node};

/// A JSON value, taken apart as far as it was changed.
#[derive(Clone, Debug)]
pub enum Document<'a> {
    /// As it was written.
    Written(Node<'a>),
    /// A value that was set, as text.
    Set(String),
    /// An object that was opened.
    Object(Vec<(String, Document<'a>)>),
    /// A list that was opened.
    List(Vec<Document<'a>>),
}

impl<'a> Document<'a> {
    /// Opens an object or a list.
    fn open(&mut self) {
        let opened = match self {
            Document::Written(node) => opened(*node, Document::Written),
            // Its parts are texts of their own, for this text goes.
            Document::Set(text) => {
                Node::root(text).ok().and_then(|node| opened(node, |part| Document::Set(part.text.to_owned())))
            }
            Document::Object(_) | Document::List(_) => None,
        };
        if let Some(opened) = opened {
            *self = opened;
        }
    }

    /// A field of an object; none where it is none or has no such field.
    pub fn field(&mut self, name: &str) -> Option<&mut Document<'a>> {
        self.open();
        let Document::Object(members) = self else { return None };
        members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A field of an object, made if it is absent; none where this is no object.
    pub fn field_or_new(&mut self, name: &str) -> Option<&mut Document<'a>> {
        self.open();
        let Document::Object(members) = self else { return None };
        let at = members.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            members.push((name.to_owned(), Document::Object(Vec::new())));
            members.len() - 1
        });
        members.get_mut(at).map(|(_, value)| value)
    }

    /// Takes a field out of an object, if it is there.
    pub fn remove(&mut self, name: &str) {
        self.open();
        if let Document::Object(members) = self {
            members.retain(|(known, _)| known != name);
        }
    }

    /// The element of a list that has this id, or names this rep; in a list of others that with this number.
    pub fn element(&mut self, name: &str) -> Option<&mut Document<'a>> {
        self.open();
        let Document::List(elements) = self else { return None };
        let named = |element: &Document<'_>| element.text_of("id").or_else(|| element.text_of("rep"));
        let at = elements.iter().position(|element| named(element).as_deref() == Some(name));
        let at = at.or_else(|| {
            let number = name.parse::<usize>().ok()?;
            elements.get(number).filter(|element| named(element).is_none()).map(|_| number)
        })?;
        elements.get_mut(at)
    }

    /// The names of a list's elements.
    pub fn ids(&mut self) -> Vec<String> {
        self.open();
        let Document::List(elements) = self else { return Vec::new() };
        elements.iter().filter_map(|element| element.text_of("id")).collect()
    }

    /// Adds an element to a list.
    pub fn push(&mut self, text: String) {
        self.open();
        if let Document::List(elements) = self {
            elements.push(Document::Set(text));
        }
    }

    /// Whether this is a list.
    pub fn is_list(&mut self) -> bool {
        self.open();
        matches!(self, Document::List(_))
    }

    /// The text of a field that is a text, or of this value where it is one.
    pub fn text_of(&self, name: &str) -> Option<String> {
        match self {
            Document::Written(node) => node.at(&[name])?.as_text(),
            Document::Object(members) => match members.iter().find(|(known, _)| known == name)? {
                (_, Document::Written(node)) => node.as_text(),
                (_, Document::Set(text)) => serde_json::from_str(text).ok(),
                _ => None,
            },
            Document::Set(text) => {
                let value: serde_json::Value = serde_json::from_str(text).ok()?;
                value.get(name)?.as_str().map(str::to_owned)
            }
            Document::List(_) => None,
        }
    }

    /// The document's text.
    pub fn write(&self, out: &mut String) {
        let list =
            |out: &mut String, marks: [char; 2], parts: &mut dyn Iterator<Item = (Option<&String>, &Document<'a>)>| {
                out.push(marks[0]);
                for (at, (name, part)) in parts.enumerate() {
                    if at > 0 {
                        out.push_str(",\n");
                    }
                    if let Some(name) = name {
                        out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                        out.push(':');
                    }
                    part.write(out);
                }
                out.push(marks[1]);
            };
        match self {
            Document::Written(node) => out.push_str(node.text),
            Document::Set(text) => out.push_str(text),
            Document::Object(members) => {
                list(out, ['{', '}'], &mut members.iter().map(|(name, value)| (Some(name), value)));
            }
            Document::List(elements) => list(out, ['[', ']'], &mut elements.iter().map(|value| (None, value))),
        }
    }
}

/// An object or a list with its parts; none for other values.
fn opened<'n, 'a>(node: Node<'n>, part: impl Fn(Node<'n>) -> Document<'a>) -> Option<Document<'a>> {
    match node.kind() {
        Kind::Object => {
            let members = node.fields().into_iter().map(|(name, value)| (name, part(value)));
            Some(Document::Object(members.collect()))
        }
        Kind::Array => Some(Document::List(node.elements().map(part).collect())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(document: &Document<'_>) -> String {
        let mut text = String::new();
        document.write(&mut text);
        text.replace('\n', "")
    }

    #[test]
    fn what_is_not_touched_stays_as_it_was_written() {
        let source = r#"{"a": [ {"id": "x",  "n": 1.50}, {"id": "y~/", "n": 2e0 } ], "b": {"c":  0.10} }"#;
        let mut document = Document::Written(Node::root(source).unwrap());
        *document.field("a").unwrap().element("y~/").unwrap().field_or_new("n").unwrap() =
            Document::Set("7".to_owned());
        document.field("a").unwrap().push(r#"{"id":"z"}"#.to_owned());
        assert_eq!(document.field("a").unwrap().ids(), ["x", "y~/", "z"]);
        *document.field_or_new("d").unwrap().field_or_new("e").unwrap() = Document::Set("[1]".to_owned());
        document.remove("nothing");
        let expected =
            r#"{"a":[{"id": "x",  "n": 1.50},{"id":"y~/","n":7},{"id":"z"}],"b":{"c":  0.10},"d":{"e":[1]}}"#;
        assert_eq!(written(&document), expected);
        *document.field("b").unwrap().field_or_new("set").unwrap() = Document::Set(r#"{"x": [1, 2]}"#.to_owned());
        *document.field("b").unwrap().field("set").unwrap().field("x").unwrap().element("1").unwrap() =
            Document::Set("3".to_owned());
        assert!(written(&document).contains(r#""set":{"x":[1,3]}"#), "{}", written(&document));
        document.field("b").unwrap().remove("set");
        document.field("b").unwrap().remove("c");
        assert!(written(&document).contains(r#""b":{}"#));
    }
}
