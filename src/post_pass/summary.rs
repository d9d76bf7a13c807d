//! What the post-pass did, rep by rep.

use super::Edit;
use crate::instance::Instance;
use crate::plan::RuleName;
use crate::units::{Minutes, Money, plural};

/// The changes of one rep, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Customers who are phoned instead.
    pub phoned: u32,
    /// Visits that they had.
    pub visits_moved: i64,
    /// Time that this frees.
    pub freed: Minutes,
    /// What it changes in revenue; below 0 where it loses.
    pub by_phone: Money,
    /// Inactive and new customers who are visited.
    pub won: u32,
    /// Visits that they get.
    pub visits_to_win: i64,
    /// Customers who are visited more often.
    pub raised: u32,
    /// Time spent on both.
    pub spent: Minutes,
    /// What both change in revenue.
    pub by_spending: Money,
}

impl Summary {
    /// Of some changes.
    pub fn of<'e>(edits: impl IntoIterator<Item = &'e Edit>) -> Summary {
        let mut sum = Summary::default();
        for edit in edits {
            match edit.rule {
                RuleName::Telesales => {
                    sum.phoned += 1;
                    sum.visits_moved += i64::from(edit.from.visits);
                    sum.freed.0 += edit.freed.0;
                    sum.by_phone.0 += edit.revenue.0;
                    continue;
                }
                RuleName::Reactivate => {
                    sum.won += 1;
                    sum.visits_to_win += i64::from(edit.to.visits);
                }
                RuleName::Frequency => sum.raised += 1,
            }
            sum.spent.0 -= edit.freed.0;
            sum.by_spending.0 += edit.revenue.0;
        }
        sum
    }

    /// Of every rep who has changes, in the order of the instance.
    pub fn by_rep(instance: &Instance, edits: &[Edit]) -> Vec<(u32, Summary)> {
        let of = |rep: u32| edits.iter().filter(move |edit| edit.rep == rep);
        let reps = (0..instance.reps.len() as u32).filter(|&rep| of(rep).next().is_some());
        reps.map(|rep| (rep, Summary::of(of(rep)))).collect()
    }

    /// What all changes together change in revenue.
    pub fn net(&self) -> Money {
        Money(self.by_phone.0 + self.by_spending.0)
    }

    /// The changes of a rep in a line: "Anna K.: 11 customers by phone free 41 h; spent on 9; net +4,310".
    pub fn line(&self, name: &str) -> String {
        let freed = match self.phoned {
            0 => "nobody moves to the phone".to_owned(),
            1 => format!("1 customer by phone frees {}", self.freed),
            phoned => format!("{} by phone free {}", plural(phoned, "customer"), self.freed),
        };
        let spent = match self.won + self.raised {
            0 => "nothing is spent again".to_owned(),
            on => format!("{} spent on {}", self.spent, plural(on, "customer")),
        };
        format!("{name}: {freed}; {spent}; net {}", self.net().signed())
    }
}
