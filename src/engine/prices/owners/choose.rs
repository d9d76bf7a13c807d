//! One known plan of each book, so that the shared rows hold and little is lost.

use super::column::Column;

/// Changes of one book that are tried in pairs.
const PAIRED: usize = 500;
/// How much dearer what is overdrawn is than what is used, at first, and how often that is raised tenfold.
const DEARER: (f64, usize) = (4.0, 4);
/// Changes at most, for each book.
const CHANGES: usize = 40;

/// Which column each book takes.
pub struct Selection<'c> {
    columns: &'c [Vec<Column>],
    /// What each column loses against the best of its book at the prices, in cents.
    losses: Vec<Vec<f64>>,
    prices: &'c [f64],
    /// What a unit too much costs.
    dearer: Vec<f64>,
    /// What is left of each row.
    left: Vec<i64>,
    /// The column of each book.
    pub taken: Vec<usize>,
}

/// One book's change to another column.
#[derive(Clone, Copy)]
struct Change {
    book: usize,
    to: usize,
    loss: f64,
}

impl<'c> Selection<'c> {
    /// The best columns at these prices, changed until the rows hold and nothing better is found. `typical` prices are those
    /// of rows that cost nothing. Every book must have a column.
    pub fn of(columns: &'c [Vec<Column>], prices: &'c [f64], typical: &[f64], capacity: &[i64]) -> Selection<'c> {
        let worth = |column: &Column| {
            column.value as f64 - prices.iter().zip(&column.uses).map(|(price, &used)| price * used as f64).sum::<f64>()
        };
        let losses: Vec<Vec<f64>> = columns
            .iter()
            .map(|columns| {
                let worth: Vec<f64> = columns.iter().map(worth).collect();
                let most = worth.iter().copied().fold(f64::MIN, f64::max);
                worth.iter().map(|worth| most - worth).collect()
            })
            .collect();
        let best = |losses: &Vec<f64>| (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap_or(0);
        let taken: Vec<usize> = losses.iter().map(best).collect();
        let mut left = capacity.to_vec();
        for (columns, &at) in columns.iter().zip(&taken) {
            left.iter_mut().zip(&columns[at].uses).for_each(|(left, used)| *left -= used);
        }
        let dearer = prices.iter().zip(typical).map(|(price, typical)| DEARER.0 * price.max(0.1 * typical)).collect();
        let mut selection = Selection { columns, losses, prices, dearer, left, taken };
        for _ in 0..DEARER.1 {
            selection.search();
            if selection.holds() {
                break;
            }
            selection.dearer.iter_mut().for_each(|price| *price *= 10.0);
        }
        selection
    }

    /// Whether all rows hold.
    pub fn holds(&self) -> bool {
        self.left.iter().all(|&left| left >= 0)
    }

    /// What is lost by what is left of the rows, or overdrawn.
    fn cost(&self, left: impl Iterator<Item = i64>) -> f64 {
        let prices = self.prices.iter().zip(&self.dearer);
        left.zip(prices).map(|(left, (price, dearer))| left as f64 * if left < 0 { -dearer } else { *price }).sum()
    }

    /// What is left of a row after a change.
    fn after(&self, left: i64, row: usize, change: Change) -> i64 {
        let columns = &self.columns[change.book];
        left - columns[change.to].uses[row] + columns[self.taken[change.book]].uses[row]
    }

    fn take(&mut self, change: Change) {
        for row in 0..self.left.len() {
            self.left[row] = self.after(self.left[row], row, change);
        }
        self.taken[change.book] = change.to;
    }

    /// Takes the best change of a book, or of two books at once, as long as that loses less.
    fn search(&mut self) {
        for _ in 0..CHANGES * self.columns.len() {
            let now = self.cost(self.left.iter().copied());
            // What a change must gain to be one.
            let least = -1e-6 - 1e-12 * now.abs();
            let mut changes: Vec<Change> = Vec::new();
            for (book, losses) in self.losses.iter().enumerate() {
                let taken = self.taken[book];
                let others = (0..losses.len()).filter(|&to| to != taken);
                changes.extend(others.map(|to| Change { book, to, loss: losses[to] - losses[taken] }));
            }
            let gain = |change: &Change| {
                let left = (0..self.left.len()).map(|row| self.after(self.left[row], row, *change));
                change.loss + self.cost(left) - now
            };
            let best = changes.iter().map(|change| (gain(change), *change)).min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, change)) = best.filter(|(gain, _)| *gain < least) {
                self.take(change);
                continue;
            }
            let order = |a: &Change, b: &Change| a.loss.total_cmp(&b.loss).then((a.book, a.to).cmp(&(b.book, b.to)));
            if changes.len() > PAIRED {
                changes.select_nth_unstable_by(PAIRED, order);
                changes.truncate(PAIRED);
            }
            changes.sort_unstable_by(order);
            let mut best: Option<(f64, Change, Change)> = None;
            for (at, &one) in changes.iter().enumerate() {
                for &other in &changes[..at] {
                    let loss = one.loss + other.loss;
                    // At best all that is left is put to use; later ones lose more.
                    if loss - now >= best.map_or(least, |(gain, _, _)| gain) {
                        break;
                    }
                    if other.book == one.book {
                        continue;
                    }
                    let left =
                        (0..self.left.len()).map(|row| self.after(self.after(self.left[row], row, one), row, other));
                    let gain = loss + self.cost(left) - now;
                    if gain < best.map_or(least, |(gain, _, _)| gain) {
                        best = Some((gain, one, other));
                    }
                }
            }
            let Some((_, one, other)) = best else { return };
            self.take(one);
            self.take(other);
        }
    }
}
