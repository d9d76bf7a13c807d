//! Problems found in a file: what is wrong, where, and how to mend it.

use std::fmt;

use rayon::prelude::*;
use serde::Serialize;

use super::node::{Kind, Node};

/// A problem, with the place where it stands as an offset into the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// A stable code: `E1..` the file, `E2..` a value's type or range, `E3..` a rule of the data, `E4..` a reference.
    pub code: &'static str,
    /// Offset in bytes of the value the issue speaks of.
    pub offset: usize,
    /// The value as it stands in the file, shortened; empty where the issue is not about one value.
    pub value: String,
    /// What is wrong, to be read after "`/pointer` = value".
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// An issue with its place worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Located {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// See [`Issue::code`].
    pub code: &'static str,
    /// See [`Issue::value`].
    pub value: String,
    /// See [`Issue::problem`].
    pub problem: String,
    /// See [`Issue::remedy`].
    pub remedy: String,
}

/// A file that cannot be used: every problem in it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Refusal {
    /// At least one.
    pub issues: Vec<Located>,
}

impl fmt::Display for Located {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error[{}] {}:{}:{}", self.code, self.file, self.line, self.column)?;
        if !self.pointer.is_empty() {
            write!(out, " {}", self.pointer)?;
        }
        if !self.value.is_empty() {
            write!(out, " = {}", self.value)?;
        }
        let stop = if self.remedy.ends_with('?') { "" } else { "." };
        write!(out, " {}. Fix: {}{stop}", self.problem, self.remedy)
    }
}

impl Refusal {
    /// Works out line, column and pointer of all issues in one walk over the source.
    pub fn locate(file: &str, source: &str, mut issues: Vec<Issue>) -> Refusal {
        issues.sort_by_key(|issue| issue.offset);
        let mut pointers = vec![String::new(); issues.len()];
        if let Ok(root) = Node::root(source) {
            name_places(source, root, "", &issues, &mut pointers);
        }
        let (mut line, mut line_start, mut seen) = (1, 0, 0);
        let mut located = Vec::with_capacity(issues.len());
        for (issue, pointer) in issues.into_iter().zip(pointers) {
            let offset = issue.offset.min(source.len());
            for (index, _) in source[seen..offset].match_indices('\n') {
                line += 1;
                line_start = seen + index + 1;
            }
            seen = offset;
            located.push(Located {
                file: file.to_owned(),
                line,
                column: source[line_start..offset].chars().count() + 1,
                pointer,
                code: issue.code,
                value: issue.value,
                problem: issue.problem,
                remedy: issue.remedy,
            });
        }
        Refusal { issues: located }
    }

    /// A refusal of the file as a whole.
    pub fn whole_file(
        file: &str,
        code: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Refusal {
        let issue = Issue { code, offset: 0, value: String::new(), problem: problem.into(), remedy: remedy.into() };
        Refusal::locate(file, "", vec![issue])
    }
}

/// Writes the JSON pointer of each issue (sorted by offset, all inside `node`) by descending only where issues are.
fn name_places(source: &str, node: Node<'_>, path: &str, issues: &[Issue], pointers: &mut [String]) {
    let children: Vec<(String, Node<'_>)> = match node.kind() {
        Kind::Object => {
            let members = node.members().unwrap_or_default();
            let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
            members.into_iter().map(|member| (escaped(&member.name), member.value)).collect()
        }
        Kind::Array => node.elements().enumerate().map(|(index, element)| (index.to_string(), element)).collect(),
        _ => Vec::new(),
    };
    let (mut done, mut rest) = (0, pointers);
    let mut below = Vec::new();
    for (step, child) in children {
        let start = child.offset_in(source);
        let first = issues.partition_point(|issue| issue.offset < start);
        let end = issues.partition_point(|issue| issue.offset < start + child.text.len());
        if first < end {
            let (here, after) = std::mem::take(&mut rest).split_at_mut(first - done);
            here.iter_mut().for_each(|pointer| pointer.push_str(path));
            let (inside, after) = after.split_at_mut(end - first);
            below.push((format!("{path}/{step}"), child, &issues[first..end], inside));
            (done, rest) = (end, after);
        }
    }
    // The node itself is the place of what stands in none of its children.
    rest.iter_mut().for_each(|pointer| pointer.push_str(path));
    below.into_par_iter().with_min_len(256).for_each(|(path, child, issues, pointers)| {
        name_places(source, child, &path, issues, pointers);
    });
}
