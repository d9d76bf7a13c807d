//! The fields of an object, and names that are nearly right.

use std::borrow::Cow;

use super::node::{Kind, Member, Node};
use super::reader::Reader;

/// The fields of one object; those not asked for are unknown.
#[derive(Debug)]
pub struct Fields<'a> {
    /// The object itself.
    pub node: Node<'a>,
    members: Vec<Member<'a>>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(node: Node<'a>, members: Vec<Member<'a>>) -> Fields<'a> {
        Fields { node, members, asked: Vec::new() }
    }

    /// The fields of an object that is absent.
    pub fn none() -> Fields<'a> {
        Fields { node: Node { text: "{}" }, members: Vec::new(), asked: Vec::new() }
    }

    /// Takes the value of a field out, if it is there.
    pub fn take(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.asked.push(name);
        let at = self.members.iter().position(|member| member.name == name)?;
        Some(self.members.remove(at).value)
    }

    /// Reads a field that may be absent. `None` too where it is faulty; the reader then holds the issue.
    pub fn get<T>(
        &mut self,
        reader: &mut Reader<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a>, Node<'a>) -> Option<T>,
    ) -> Option<T> {
        let node = self.take(name)?;
        read(reader, node)
    }

    /// Reads a field that may be absent or null.
    pub fn get_or_null<T>(
        &mut self,
        reader: &mut Reader<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a>, Node<'a>) -> Option<T>,
    ) -> Option<T> {
        let node = self.take(name).filter(|node| node.kind() != Kind::Null)?;
        read(reader, node)
    }

    /// Reads a field that must be there.
    pub fn require<T>(
        &mut self,
        reader: &mut Reader<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a>, Node<'a>) -> Option<T>,
    ) -> Option<T> {
        match self.take(name) {
            Some(node) => read(reader, node),
            None => {
                reader.fault(self.node, "E204", format!("has no field \"{name}\""), format!("add \"{name}\""));
                None
            }
        }
    }

    /// Reads the `id` that every element of a list must have, and where it stands.
    pub fn identity(&mut self, reader: &mut Reader<'a>) -> (Option<Box<str>>, Node<'a>) {
        let place = self.members.iter().find(|member| member.name == "id").map_or(self.node, |member| member.value);
        (self.require(reader, "id", |reader, node| reader.id(node)), place)
    }

    /// The members not yet taken, of an object whose names are data (segments, tags).
    pub fn rest(&mut self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> + use<'a> {
        std::mem::take(&mut self.members).into_iter().map(|member| (member.name, member.value))
    }

    /// Reports the fields nobody asked for, with the nearest known name. Says whether there were any.
    pub fn finish(self, reader: &mut Reader<'a>) -> bool {
        if reader.is_lenient() {
            return false;
        }
        let mut unknown = false;
        for member in &self.members {
            if self.asked.contains(&member.name.as_ref()) {
                continue; // the second of two equal names, reported as such
            }
            let remedy = match nearest(&member.name, self.asked.iter().copied()) {
                Some(known) => format!("did you mean \"{known}\"? Otherwise remove it"),
                None => format!("remove it; known here: {}", self.asked.join(", ")),
            };
            let shown = Node { text: &member.name }.shown();
            reader.fault(member.value, "E205", format!("belongs to an unknown field \"{shown}\""), remedy);
            unknown = true;
        }
        unknown
    }
}

/// The known name nearest to a misspelt one, if one is near.
pub fn nearest<'n>(misspelt: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // How many slips of the pen a name allows. A difference in length is at least as many slips, and quicker to see.
    let allowed = |name: &str| 1 + name.chars().count() / 4;
    let length = misspelt.chars().count();
    known
        .filter(|name| name.chars().count().abs_diff(length) <= allowed(name))
        .map(|name| (strsim::osa_distance(misspelt, name), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= allowed(name))
        .map(|(_, name)| name)
}

/// `; did you mean "…"?` where a known name is near, nothing otherwise.
pub fn did_you_mean<'n>(misspelt: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(misspelt, known).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}
