//! The fields of an object, and names that are nearly right.

use std::borrow::Cow;

use super::node::{Kind, Member, Node};
use super::reader::Reader;

/// The fields of one object; those not asked for are unknown.
#[derive(Debug)]
pub struct Fields<'a> {
    /// The object itself.
    pub node: Node<'a>,
    room: Room<'a>,
    /// How many members from the first on are taken: files mostly list fields in the order they are asked for.
    taken: usize,
    /// A bit for every name that may be here: most names asked for are not.
    names: u64,
    doubles: bool,
}

/// What the fields of an object take; an object read later may have it again.
#[derive(Debug, Default)]
pub(super) struct Room<'a> {
    pub members: Vec<Member<'a>>,
    asked: Vec<&'static str>,
}

/// The bit of a name among those of an object.
#[inline]
fn bit(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let ends = usize::from(bytes.first().copied().unwrap_or(0)) * 7 + usize::from(bytes.last().copied().unwrap_or(0));
    1 << ((ends + bytes.len() * 5) % 64)
}

impl<'a> Fields<'a> {
    pub(super) fn new(node: Node<'a>, room: Room<'a>) -> Fields<'a> {
        let (mut names, mut doubles) = (0, false);
        for member in &room.members {
            doubles |= names & bit(&member.name) != 0;
            names |= bit(&member.name);
        }
        Fields { node, room, taken: 0, names, doubles }
    }

    /// The fields of an object that is absent.
    pub fn none() -> Fields<'a> {
        Fields::new(Node { text: "{}" }, Room::default())
    }

    /// Whether two fields may have the same name.
    pub(super) fn may_have_doubles(&self) -> bool {
        self.doubles
    }

    pub(super) fn members(&self) -> &[Member<'a>] {
        &self.room.members
    }

    /// Takes the value of a field out, if it is there.
    #[inline]
    pub fn take(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.room.asked.push(name);
        if self.names & bit(name) == 0 {
            return None;
        }
        let at = self.taken + self.room.members[self.taken..].iter().position(|member| member.name == name)?;
        if at == self.taken {
            self.taken += 1;
            return Some(self.room.members[at].value);
        }
        Some(self.room.members.remove(at).value)
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

    /// The members not yet taken, of an object whose names are data (segments, tags).
    pub fn rest(&mut self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> + use<'a> {
        std::mem::take(&mut self.room.members).into_iter().skip(self.taken).map(|member| (member.name, member.value))
    }

    /// Reports the fields nobody asked for, with the nearest known name. Says whether there were any.
    pub fn finish(self, reader: &mut Reader<'a>) -> bool {
        let Room { mut members, mut asked } = self.room;
        let mut unknown = false;
        let lenient = reader.is_lenient();
        for member in members.iter().skip(self.taken).filter(|_| !lenient) {
            if asked.contains(&member.name.as_ref()) {
                continue; // the second of two equal names, reported as such
            }
            let remedy = match nearest(&member.name, asked.iter().copied()) {
                Some(known) => format!("did you mean \"{known}\"? Otherwise remove it"),
                None => format!("remove it; known here: {}", asked.join(", ")),
            };
            let shown = Node { text: &member.name }.shown();
            reader.fault(member.value, "E205", format!("belongs to an unknown field \"{shown}\""), remedy);
            unknown = true;
        }
        members.clear();
        asked.clear();
        reader.reuse(Room { members, asked });
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
