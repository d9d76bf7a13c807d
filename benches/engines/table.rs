//! The table: a block for each group of instances, a row for each solver.

use visitplan::units::{Money, grouped};

/// Seconds from the start at which plans are compared.
pub const MOMENTS: [f64; 3] = [0.005, 0.1, 0.5];

/// What is shown of one solver on one instance; amounts in cents.
#[derive(Clone, Debug)]
pub struct Row {
    /// What its plan is worth.
    pub value: Option<f64>,
    /// Whether it says that there is no plan.
    pub infeasible: bool,
    /// No plan is worth more, by its proof.
    pub bound: Option<f64>,
    /// How far its plan is from the best bound of all, in per cent.
    pub gap: Option<f64>,
    /// When it had its first plan, where it tells.
    pub first: Option<f64>,
    /// The same gap at the moments.
    pub at: [Option<f64>; MOMENTS.len()],
    /// When it ended.
    pub seconds: Option<f64>,
    /// The most memory it had.
    pub megabytes: Option<f64>,
}

/// The table of some solvers.
pub struct Table {
    names: Vec<String>,
    width: usize,
}

impl Table {
    /// Of these solvers.
    pub fn new(names: Vec<String>) -> Table {
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        Table { names, width }
    }

    /// Prints what stands above the columns.
    pub fn head(&self) {
        let width = self.width;
        println!(
            "  {:width$} {:>16} {:>16} {:>10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}",
            "", "plan", "bound", "gap, %", "at 5 ms", "100 ms", "500 ms", "first", "end, s", "MB"
        );
    }

    /// Prints a block: per solver the medians over runs, each of which has a row per solver.
    pub fn group(&self, title: &str, options: usize, runs: &[Vec<Row>]) {
        println!("{title}: {} options", grouped(options as u64));
        let width = self.width;
        for (at, name) in self.names.iter().enumerate() {
            let of = |number: &dyn Fn(&Row) -> Option<f64>| median(runs.iter().map(|rows| number(&rows[at])));
            // Of plans the lower one is the worse.
            let value = of(&|row| row.value.map(|value| -value)).map(|value| -value);
            let none = value.is_none() && runs.iter().any(|rows| rows[at].infeasible);
            let value = if none { "none exists".to_owned() } else { money(value) };
            let [first, second, third] = [0, 1, 2].map(|moment| per_cent(of(&|row| row.at[moment])));
            println!(
                "  {name:width$} {:>16} {:>16} {:>10} {first:>9} {second:>9} {third:>9} {:>9} {:>9} {:>8}",
                value,
                money(of(&|row| row.bound)),
                per_cent(of(&|row| row.gap)),
                shown(of(&|row| row.first), 3),
                shown(of(&|row| row.seconds), 3),
                shown(of(&|row| row.megabytes), 0),
            );
        }
    }
}

/// The middle one, the upper of two; what is missing counts as the largest.
fn median(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.map(|number| number.unwrap_or(f64::INFINITY)).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().filter(|number| number.is_finite())
}

fn money(cents: Option<f64>) -> String {
    cents.map_or("-".to_owned(), |cents| Money(cents as i64).to_string())
}

fn per_cent(gap: Option<f64>) -> String {
    shown(gap, 4)
}

fn shown(number: Option<f64>, decimals: usize) -> String {
    number.map_or("-".to_owned(), |number| format!("{number:.decimals$}"))
}
