//! What a branch of the search has decided.

use super::shortlist::Shortlist;

/// What a search has decided about a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    Free,
    /// The customer is not this rep's.
    Out,
    /// The customer is this rep's.
    In,
}

/// What a branch has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Per group.
    pub groups: Vec<Mark>,
    /// Per customer whether it must be visited.
    pub visited: Vec<bool>,
}

impl Marks {
    /// Nothing is decided.
    pub fn none(list: &Shortlist) -> Marks {
        Marks { groups: vec![Mark::Free; list.groups.len()], visited: vec![false; list.customers.len()] }
    }

    /// Draws conclusions for a customer: who has one possibility left gets it. Gives whether there is any.
    pub fn conclude(&mut self, list: &Shortlist, x: usize) -> bool {
        let customer = &list.customers[x];
        let mut open = customer.groups.iter().filter(|&&group| self.groups[group as usize] != Mark::Out);
        let idle = customer.idle.is_some() && !self.visited[x];
        match (open.next(), open.next(), idle) {
            (None, _, idle) => idle,
            (Some(&only), None, false) => {
                self.give(list, only as usize);
                true
            }
            _ => true,
        }
    }

    /// Gives a customer to a rep.
    pub fn give(&mut self, list: &Shortlist, group: usize) {
        let x = list.groups[group].customer as usize;
        for &other in &list.customers[x].groups {
            self.groups[other as usize] = if other as usize == group { Mark::In } else { Mark::Out };
        }
        self.visited[x] = true;
    }
}
