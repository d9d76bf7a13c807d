//! A packing that is remembered: where it still is the best, though prices have changed or more is decided.

use super::marks::Mark;
use super::shortlist::Shortlist;

/// The best packing of a rep at some prices and marks.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What it costs, or a bound from below, if anything is remembered.
    cost: Option<i64>,
    /// Price of the customer, mark, and whether it is in the packing, of each of the rep's groups.
    groups: Vec<(i64, Mark, bool)>,
}

impl Memory {
    /// Remembers what was found for a rep.
    pub fn keep(
        &mut self,
        list: &Shortlist,
        rep: usize,
        prices: &[i64],
        marks: &[Mark],
        (cost, options): (i64, &[u32]),
    ) {
        self.cost = Some(cost);
        self.groups.clear();
        let own = list.reps[rep].groups.clone();
        let first = own.start;
        self.groups.extend(own.map(|group| (prices[list.groups[group].customer as usize], marks[group], false)));
        for &option in options {
            self.groups[list.group_of[option as usize] as usize - first].2 = true;
        }
    }

    /// What the best packing costs now, where it is the same: nothing in it is ruled out or paid less, nothing beside it
    /// must be taken or is paid more, and what was decided still is.
    pub fn recall(&self, list: &Shortlist, rep: usize, prices: &[i64], marks: &[Mark]) -> Option<i64> {
        let own = list.reps[rep].groups.clone();
        let mut cost = self.cost?;
        for (group, &(before, mark, taken)) in own.zip(&self.groups) {
            if mark != Mark::Free && mark != marks[group] {
                return None;
            }
            let now = prices[list.groups[group].customer as usize];
            match marks[group] {
                Mark::Out if taken => return None,
                Mark::Out => {}
                Mark::In if !taken => return None,
                // Whatever is paid to who must be taken, every packing has.
                Mark::In if mark == Mark::In => cost += before - now,
                Mark::In | Mark::Free if taken && now >= before => cost += before - now,
                Mark::Free if !taken && now <= before => {}
                Mark::In | Mark::Free => return None,
            }
        }
        Some(cost)
    }

    /// The groups in the packing.
    pub fn taken(&self, list: &Shortlist, rep: usize) -> impl Iterator<Item = usize> + '_ {
        list.reps[rep].groups.clone().zip(&self.groups).filter(|(_, (_, _, taken))| *taken).map(|(group, _)| group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::prices::{Dice, Width};
    use crate::engine::proof::packing::tests::random;
    use crate::engine::proof::packing::{Hint, Packer};

    #[test]
    fn what_is_recalled_of_a_packing_is_what_packing_anew_costs() {
        let mut dice = Dice::new(5, 0);
        let (mut packer, mut recalled, mut changed) = (Packer::new(Width::detect()), 0, 0);
        for case in 0..4000 {
            let list = random(&mut dice);
            let mut prices: Vec<i64> = list.customers.iter().map(|_| dice.below(130) as i64 - 20).collect();
            let mark = |dice: &mut Dice| [Mark::Free, Mark::Free, Mark::Free, Mark::In, Mark::Out][dice.below(5)];
            let mut marks: Vec<Mark> = list.groups.iter().map(|_| mark(&mut dice)).collect();
            let mut hint = Hint::default();
            let Some(packed) = packer.pack(&list, 0, &prices, &marks, &mut hint) else { continue };
            let mut memory = Memory::default();
            memory.keep(&list, 0, &prices, &marks, (packed.cost, &hint.options));
            for _ in 0..1 + dice.below(2) {
                let x = dice.below(prices.len());
                prices[x] += dice.below(30) as i64 - 15;
                marks[dice.below(list.groups.len())] = mark(&mut dice);
            }
            let anew = packer.pack(&list, 0, &prices, &marks, &mut Hint::default());
            let Some(cost) = memory.recall(&list, 0, &prices, &marks) else { continue };
            assert_eq!(anew.map(|anew| anew.cost), Some(cost), "case {case}");
            recalled += 1;
            changed += usize::from(cost != packed.cost);
        }
        assert!(recalled > 500 && changed > 50, "{recalled} recalled, {changed} with another cost");
    }
}
