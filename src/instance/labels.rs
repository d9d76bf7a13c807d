//! Labels: free text by free names, for grouping and rules.

use crate::json::{Node, Reader};

/// Labels of a customer or rep, by name; a few words of memory each, because there are millions of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Box<[(Box<str>, Box<str>)]>);

impl Labels {
    /// The text of a label.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// All names with their texts, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (&**name, &**text))
    }

    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Labels> {
        let mut fields = reader.object(node)?;
        let read = fields.rest().filter_map(|(name, node)| Some((name.into(), reader.text(node)?.into())));
        let mut labels: Vec<(Box<str>, Box<str>)> = read.collect();
        labels.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Labels(labels.into_boxed_slice()))
    }
}
