//! Groups of customers: by a tag, by rep, by owner or by segment.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::instance::Instance;
use crate::problem::{Choice, Problem};

/// What customers are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A tag of the customer, else of the rep who visits, else of the owner.
    Tag(String),
    /// The rep who visits in the plan, else the owner.
    Rep,
    /// The rep who holds the account now.
    Owner,
    /// The customer's segment.
    Segment,
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<By, String> {
        match text {
            "rep" => Ok(By::Rep),
            "owner" => Ok(By::Owner),
            "segment" => Ok(By::Segment),
            _ => match text.strip_prefix("tag:") {
                Some(tag) if !tag.is_empty() => Ok(By::Tag(tag.to_owned())),
                _ => Err("write tag:NAME, rep, owner or segment".to_owned()),
            },
        }
    }
}

impl std::fmt::Display for By {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            By::Tag(tag) => write!(out, "tag:{tag}"),
            By::Rep => out.write_str("rep"),
            By::Owner => out.write_str("owner"),
            By::Segment => out.write_str("segment"),
        }
    }
}

/// Some customers that one person looks through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// What they have in common; "none" where that is missing.
    pub name: String,
    /// Indices of the customers, in the order of the instance.
    pub customers: Vec<usize>,
}

/// All customers in groups, in the order of the names.
pub fn regions(instance: &Instance, problem: &Problem, choices: &[Choice], by: &By) -> Vec<Region> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, customer) in instance.customers.iter().enumerate() {
        let visiting = choices[at].lane().and_then(|lane| problem.lane(lane).rep);
        let rep = |rep: Option<u32>| rep.map(|rep| &instance.reps[rep as usize]);
        let name = match by {
            By::Tag(tag) => {
                let of_rep = |index: Option<u32>| rep(index).and_then(|rep| rep.tags.get(tag));
                customer.tags.get(tag).or_else(|| of_rep(visiting)).or_else(|| of_rep(customer.owner))
            }
            By::Rep => rep(visiting.or(customer.owner)).map(|rep| &*rep.id),
            By::Owner => rep(customer.owner).map(|rep| &*rep.id),
            By::Segment => customer.segment.as_deref(),
        };
        groups.entry(name.unwrap_or("none").to_owned()).or_default().push(at);
    }
    groups.into_iter().map(|(name, customers)| Region { name, customers }).collect()
}

/// A name for the workbook of a region, by its number from 1: safe on every system, whatever the region is called.
pub fn file_name(number: usize, all: usize, region: &str) -> String {
    const LONGEST: usize = 40;
    let mut slug = String::new();
    for character in region.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= LONGEST {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    let width = all.to_string().len().max(2);
    if slug.is_empty() { format!("{number:0width$}.xlsx") } else { format!("{number:0width$}-{slug}.xlsx") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_safe_whatever_a_region_is_called() {
        assert_eq!(file_name(1, 4, "West"), "01-west.xlsx");
        assert_eq!(file_name(2, 4, "Baden-Württemberg / Süd"), "02-baden-wuerttemberg-sued.xlsx");
        assert_eq!(file_name(3, 4, "../../etc/passwd"), "03-etc-passwd.xlsx");
        assert_eq!(file_name(7, 120, "東京"), "007.xlsx");
        assert_eq!(file_name(1, 1, "=cmd|' /C calc'!A0\u{0}"), "01-cmd-c-calc-a0.xlsx");
        assert!(file_name(1, 1, &"x".repeat(500)).len() < 60);
    }

    #[test]
    fn groups_are_asked_for_by_name() {
        assert_eq!("tag:region".parse(), Ok(By::Tag("region".to_owned())));
        assert_eq!("segment".parse(), Ok(By::Segment));
        assert!("region".parse::<By>().is_err() && "tag:".parse::<By>().is_err());
    }
}
