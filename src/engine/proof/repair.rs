//! From packings to a plan: every customer with at most one rep, and each rep's customers packed anew.

use super::ascent::Prices;
use super::marks::{Mark, Marks};
use super::packing::{Hint, Packer};
use super::shortlist::Shortlist;

/// A customer without a group.
const NOBODY: u32 = u32::MAX;

/// Makes plans, without allocating each time.
pub struct Repair {
    packer: Packer,
    group_of: Vec<u32>,
    minutes_of: Vec<i64>,
    load: Vec<i64>,
    marks: Vec<Mark>,
    prices: Vec<i64>,
    hints: Vec<Hint>,
}

/// An option of the list per customer, or none for the best without a rep.
pub struct Packings {
    /// What they lose together, with the price of what they leave unused.
    pub loss: i64,
    /// The options.
    pub options: Vec<u32>,
}

impl Repair {
    /// For one shortlist.
    pub fn new(list: &Shortlist, packer: Packer) -> Repair {
        Repair {
            packer,
            group_of: vec![NOBODY; list.customers.len()],
            minutes_of: vec![0; list.customers.len()],
            load: vec![0; list.reps.len()],
            marks: vec![Mark::Out; list.groups.len()],
            prices: vec![0; list.customers.len()],
            hints: vec![Hint::default(); list.reps.len()],
        }
    }

    /// A plan like these packings: who is taken twice stays where it was taken more often, who is missing goes where
    /// least is lost.
    pub fn plan(&mut self, list: &Shortlist, from: &Prices, marks: &Marks) -> Option<Packings> {
        self.group_of.fill(NOBODY);
        self.load.fill(0);
        for &option in from.hints.iter().flat_map(|hint| &hint.options) {
            let group = list.group_of[option as usize];
            let x = list.groups[group as usize].customer as usize;
            let before = self.group_of[x];
            if before != NOBODY {
                if from.often[group as usize] <= from.often[before as usize] {
                    continue;
                }
                self.load[list.groups[before as usize].rep as usize] -= self.minutes_of[x];
            }
            self.group_of[x] = group;
            self.minutes_of[x] = i64::from(list.minutes[option as usize]);
            self.load[list.groups[group as usize].rep as usize] += self.minutes_of[x];
        }
        for (x, customer) in list.customers.iter().enumerate() {
            if self.group_of[x] != NOBODY {
                continue;
            }
            let mut best = match customer.idle {
                Some((loss, _)) if !marks.visited[x] => (i64::from(loss), NOBODY, 0),
                _ => (i64::MAX, NOBODY, 0),
            };
            for &group in customer.groups.iter().filter(|&&group| marks.groups[group as usize] != Mark::Out) {
                let of = list.groups[group as usize];
                let rep = &list.reps[of.rep as usize];
                for option in of.options() {
                    let minutes = i64::from(list.minutes[option]);
                    let over = (self.load[of.rep as usize] + minutes - rep.capacity).max(0);
                    let dear = rep.price / 2 + list.denominator / 10;
                    let cost = i64::from(list.loss[option]).saturating_add(over.saturating_mul(dear));
                    if cost < best.0 {
                        best = (cost, group, minutes);
                    }
                }
            }
            if best.1 != NOBODY {
                self.group_of[x] = best.1;
                self.minutes_of[x] = best.2;
                self.load[list.groups[best.1 as usize].rep as usize] += best.2;
            }
        }
        self.pack(list, marks)
    }

    /// Packs each rep's own customers.
    fn pack(&mut self, list: &Shortlist, marks: &Marks) -> Option<Packings> {
        self.marks.fill(Mark::Out);
        let mut result = Packings { loss: 0, options: vec![u32::MAX; list.customers.len()] };
        for (x, customer) in list.customers.iter().enumerate() {
            let idle = customer.idle.filter(|_| !marks.visited[x]).map(|(loss, _)| i64::from(loss));
            let group = self.group_of[x];
            match idle {
                Some(loss) => {
                    result.loss += loss;
                    self.prices[x] = loss;
                    if group != NOBODY {
                        self.marks[group as usize] = Mark::Free;
                    }
                }
                None if group == NOBODY => return None,
                None => {
                    self.prices[x] = 0;
                    self.marks[group as usize] = Mark::In;
                }
            }
        }
        for rep in 0..list.reps.len() {
            let packed = self.packer.pack(list, rep, &self.prices, &self.marks, &mut self.hints[rep])?;
            result.loss += packed.cost;
            for &option in &self.hints[rep].options {
                result.options[list.customer_of(option)] = option;
            }
        }
        Some(result)
    }
}
