//! Finding customers and reps by the ids that other tables use.

use std::collections::HashMap;

/// The ids of a table, in its order.
pub struct Ids<'t> {
    exact: HashMap<&'t str, u32>,
    /// Numbers without their leading zeros; `None` where several are alike then.
    without_zeros: HashMap<&'t str, Option<u32>>,
    /// In small letters, without blanks.
    folded: HashMap<String, &'t str>,
}

/// What an id led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'t> {
    /// The id itself.
    Exact(u32),
    /// The same number with leading zeros, which spreadsheets eat.
    WithZeros(u32),
    /// Nothing, but this one is written nearly so.
    Nearly(&'t str),
    /// Nothing.
    Unknown,
}

impl<'t> Ids<'t> {
    /// The ids of a table.
    pub fn of(ids: impl Iterator<Item = &'t str>) -> Ids<'t> {
        let (mut exact, mut without_zeros, mut folded) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (number, id) in (0..).zip(ids) {
            exact.insert(id, number);
            if is_number(id) {
                let bare = id.trim_start_matches('0');
                without_zeros.entry(bare).and_modify(|known| *known = None).or_insert(Some(number));
            }
            folded.insert(fold(id), id);
        }
        Ids { exact, without_zeros, folded }
    }

    /// Looks an id up.
    pub fn find(&self, id: &str) -> Found<'t> {
        if let Some(&number) = self.exact.get(id) {
            return Found::Exact(number);
        }
        if is_number(id)
            && let Some(&Some(number)) = self.without_zeros.get(id.trim_start_matches('0'))
        {
            return Found::WithZeros(number);
        }
        self.folded.get(&fold(id)).map_or(Found::Unknown, |id| Found::Nearly(id))
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn fold(id: &str) -> String {
    id.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_restored_where_only_one_customer_can_be_meant() {
        let ids = Ids::of(["00123", "0045", "45", "C-7", "700"].into_iter());
        assert_eq!(ids.find("00123"), Found::Exact(0));
        assert_eq!(ids.find("123"), Found::WithZeros(0));
        assert_eq!(ids.find("0700"), Found::WithZeros(4));
        assert_eq!(ids.find("45"), Found::Exact(2));
        // 0045 or 45?
        assert_eq!(ids.find("045"), Found::Unknown);
        assert_eq!(ids.find("c7"), Found::Nearly("C-7"));
        assert_eq!(ids.find("8"), Found::Unknown);
    }
}
