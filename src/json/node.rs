//! One value of a JSON text, still as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

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
        let raw: &'a RawValue = serde_json::from_str(source)?;
        Ok(Node { text: raw.get() })
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

    /// The members of an object in the order of the file, duplicates included.
    pub(super) fn members(&self) -> Result<Vec<Member<'a>>, serde_json::Error> {
        serde_json::from_str::<Members<'a>>(self.text).map(|members| members.0)
    }

    /// The elements of a list.
    pub(super) fn elements(&self) -> Result<Vec<Node<'a>>, serde_json::Error> {
        let raw: Vec<&'a RawValue> = serde_json::from_str(self.text)?;
        Ok(raw.into_iter().map(|value| Node { text: value.get() }).collect())
    }

    /// The value at a place below this one: names of members, and numbers of elements from 0.
    pub fn at(&self, path: &[&str]) -> Option<Node<'a>> {
        let Some((step, rest)) = path.split_first() else { return Some(*self) };
        let child = match self.kind() {
            Kind::Object => self.members().ok()?.into_iter().find(|member| member.name == *step)?.value,
            Kind::Array => *self.elements().ok()?.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
        child.at(rest)
    }

    /// The text of a string, its escapes resolved.
    pub(super) fn string(&self) -> Result<Cow<'a, str>, serde_json::Error> {
        serde_json::from_str::<Text<'a>>(self.text).map(|text| text.0)
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

/// A string borrowed from the source where it has no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// The members of an object, none lost: maps of `serde` keep only the last of two equal names.
struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(12);
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push(Member { name: name.0, value: Node { text: value.get() } });
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}
