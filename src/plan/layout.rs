//! The layout of documents: a field a line, an element of a list a line, the rest on one line.

use std::io;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::Formatter;

/// Levels that are broken into lines.
const BROKEN: usize = 2;

/// Writes a document so that people and line-based tools can read it; ends with a line break.
pub fn to_text(document: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    document.serialize(&mut serializer).expect("documents have text keys and are written to memory");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("serde_json writes UTF-8")
}

/// A document written part by part, in the layout of [`to_text`]; its long lists are written in parallel.
pub struct Page {
    bytes: Vec<u8>,
}

/// Elements that one thread writes at a time.
const PART: usize = 4096;
/// Parts that are written before they are joined: their room is used again for the next ones.
const WAVE: usize = 32;

impl Page {
    /// A page without fields.
    pub fn new() -> Page {
        Page { bytes: b"{".to_vec() }
    }

    fn name(&mut self, name: &str) {
        let separator = if self.bytes.len() > 1 { "," } else { "" };
        self.bytes.extend_from_slice(format!("{separator}\n  \"{name}\": ").as_bytes());
    }

    /// Writes the fields of a structure as fields of the document. At least one field.
    pub fn fields(&mut self, fields: &impl Serialize) {
        let text = to_text(fields);
        self.bytes.extend_from_slice(if self.bytes.len() > 1 { b"," } else { b"" });
        self.bytes.extend_from_slice(text.trim_start_matches('{').trim_end_matches("\n}\n").as_bytes());
    }

    /// Writes a list with an element a line: those of the `count` elements that there are. The name needs no escapes.
    pub fn lines<T: Serialize>(&mut self, name: &str, count: usize, element: impl Fn(usize) -> Option<T> + Sync) {
        self.name(name);
        self.bytes.push(b'[');
        let start = self.bytes.len();
        let write = |wave: usize, room: &mut Vec<Vec<u8>>| {
            room.par_iter_mut().enumerate().for_each(|(part, bytes)| {
                bytes.clear();
                let first = (wave + part * PART).min(count);
                for element in (first..(first + PART).min(count)).filter_map(&element) {
                    bytes.extend_from_slice(b",\n    ");
                    let lines = Lines { depth: BROKEN, empty: false };
                    let mut serializer = serde_json::Serializer::with_formatter(&mut *bytes, lines);
                    element.serialize(&mut serializer).expect("elements have text keys and are written to memory");
                }
            });
        };
        let mut written = vec![Vec::new(); WAVE.min(count.div_ceil(PART))];
        let mut next = written.clone();
        write(0, &mut written);
        for wave in (0..count).step_by(PART * WAVE) {
            // One wave is joined while the next one is written.
            let join = || {
                for bytes in &written {
                    // No comma before the first element.
                    let begin = usize::from(self.bytes.len() == start && !bytes.is_empty());
                    self.bytes.extend_from_slice(&bytes[begin..]);
                }
            };
            rayon::join(join, || write(wave + PART * WAVE, &mut next));
            std::mem::swap(&mut written, &mut next);
        }
        self.bytes.extend_from_slice(if self.bytes.len() > start { b"\n  ]" } else { b"]" });
    }

    /// The document's text.
    pub fn finish(mut self) -> String {
        self.bytes.extend_from_slice(b"\n}\n");
        String::from_utf8(self.bytes).expect("serde_json writes UTF-8")
    }
}

#[derive(Default)]
struct Lines {
    depth: usize,
    empty: bool,
}

impl Lines {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.empty {
            self.separate(writer, self.depth < BROKEN)?;
        }
        self.empty = false;
        writer.write_all(bracket)
    }

    fn next<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.empty = false;
        match (first, self.depth <= BROKEN) {
            (false, false) => return writer.write_all(b", "),
            (false, true) => writer.write_all(b",")?,
            (true, _) => {}
        }
        self.separate(writer, self.depth <= BROKEN)
    }

    fn separate<W: ?Sized + io::Write>(&self, writer: &mut W, broken: bool) -> io::Result<()> {
        if broken {
            writer.write_all(b"\n")?;
            (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
        } else {
            writer.write_all(b" ")
        }
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn elements_stand_on_lines_of_their_own() {
        let document = json!({"a": [{"b": 1, "c": []}, {"b": 2}], "d": {}});
        let text = super::to_text(&document);
        assert_eq!(text, "{\n  \"a\": [\n    { \"b\": 1, \"c\": [] },\n    { \"b\": 2 }\n  ],\n  \"d\": {}\n}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }

    #[test]
    fn a_page_looks_like_a_document_written_at_once() {
        for count in [0, 1, 2, super::PART + 1, super::PART * super::WAVE + 2] {
            let element = |at: usize| (!at.is_multiple_of(3)).then(|| json!({"b": at, "c": ["x"]}));
            let listed: Vec<serde_json::Value> = (0..count).filter_map(element).collect();
            // serde_json sorts the names of a `Value`.
            let document = json!({"a": 1, "b": {"c": {}}, "d": listed, "e": [], "f": "end"});
            let mut page = super::Page::new();
            page.fields(&json!({"a": 1, "b": {"c": {}}}));
            page.lines("d", count, element);
            page.lines("e", 0, element);
            page.fields(&json!({"f": "end"}));
            assert_eq!(page.finish(), super::to_text(&document));
        }
    }
}
