//! Why a customer gets what it gets: what the last visit and one more would add for an hour, against the price of the
//! hour, and what every other option would cost (`models/visit-allocation.md`, section 2, and `models/certificate.md`).

use crate::instance::{Customer, Instance};
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money, plural};

/// The reasons for one customer's option.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The option in the plan.
    pub chosen: Described,
    /// What the last visit adds over one visit fewer by the same rep.
    pub last_visit: Option<Step>,
    /// What one visit more by the same rep would add.
    pub next_visit: Option<Step>,
    /// Money for an hour of the rep in the plan, where one visits.
    pub hour_price: Option<f64>,
    /// Every other option, the cheapest first.
    pub others: Vec<Other>,
}

/// An option in words and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// "6 visits by Anna K.", "2 calls by inside", "nothing".
    pub words: String,
    /// Time of visits and calls.
    pub minutes: Minutes,
    /// What the objective counts.
    pub value: Money,
}

/// The difference that one visit makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The number of the visit.
    pub visit: u32,
    /// What it adds.
    pub adds: Money,
    /// What it takes.
    pub takes: Minutes,
}

/// Another option and what it would cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// The option.
    pub option: Described,
    /// What the plan would lose with it, in money, when all time is paid at its price; negative where the option is
    /// better at these prices but finds no room.
    pub costs: f64,
}

impl Step {
    /// Money an hour; infinite for a visit that takes no time.
    pub fn per_hour(&self) -> f64 {
        self.adds.as_f64() * 60.0 / self.takes.0 as f64
    }
}

impl Explanation {
    /// Why, in one sentence.
    pub fn why(&self) -> String {
        let of_the_hour = self.hour_price.map_or_else(String::new, |price| format!("; an hour is worth {price:.2}"));
        if let Some(step) = &self.last_visit {
            let per_hour = if step.takes.0 > 0 { format!(", {:.2} an hour", step.per_hour()) } else { String::new() };
            return format!("visit {} adds {} in {}{per_hour}{of_the_hour}", step.visit, step.adds, step.takes);
        }
        let nothing = self.chosen.words == "nothing";
        match self.others.first() {
            None if nothing => "nothing else is possible".to_owned(),
            None => format!("{}: nothing else is possible", self.chosen.words),
            Some(other) if nothing && other.costs > 0.0 => format!(
                "the time is worth more elsewhere: {} would have to add {:.2} more",
                other.option.words, other.costs
            ),
            Some(other) if nothing => format!("there is no room left for {}", other.option.words),
            Some(_) => format!("{} are worth {}{of_the_hour}", self.chosen.words, self.chosen.value),
        }
    }
}

/// Explains a customer's option at the prices of a plan, in cents per unit of each row.
pub fn explain(instance: &Instance, problem: &Problem, customer: usize, chosen: Choice, prices: &[f64]) -> Explanation {
    let describe = |choice: Choice| Described {
        words: words(instance, problem, choice),
        minutes: Minutes(problem.minutes(choice) + problem.call_minutes(choice)),
        value: Money(problem.value(choice)),
    };
    let after_paying = |choice: Choice| {
        let mut left = problem.value(choice) as f64;
        problem.for_each_use(customer, choice, |row, amount| left -= prices[row] * amount as f64);
        left
    };
    let own = after_paying(chosen);
    let mut others: Vec<Other> = problem
        .choices(customer)
        .filter(|&choice| choice != chosen)
        .map(|choice| Other { option: describe(choice), costs: (own - after_paying(choice)) / 100.0 })
        .collect();
    others.sort_by(|a, b| a.costs.total_cmp(&b.costs));
    let lane = chosen.lane().map(|index| problem.lane(index)).filter(|lane| lane.rep.is_some());
    let with = |visits: u32| {
        let lane = lane?;
        problem.find(customer, lane.rep.filter(|_| visits > 0), visits, lane.pool, lane.calls)
    };
    let step = |visit: u32| {
        let (more, fewer) = (with(visit)?, with(visit - 1)?);
        Some(Step {
            visit,
            adds: Money(problem.value(more) - problem.value(fewer)),
            takes: Minutes(problem.minutes(more) - problem.minutes(fewer)),
        })
    };
    Explanation {
        chosen: describe(chosen),
        last_visit: lane.and_then(|_| step(chosen.visits)),
        next_visit: lane.and_then(|_| step(chosen.visits + 1)),
        hour_price: lane.and_then(|lane| lane.rep).and_then(|rep| {
            let row = problem.row_of_rep(rep)?;
            Some(prices[row] * 60.0 / 100.0)
        }),
        others,
    }
}

fn words(instance: &Instance, problem: &Problem, choice: Choice) -> String {
    let Some(lane) = choice.lane().map(|index| problem.lane(index)) else { return "nothing".to_owned() };
    let mut parts = Vec::new();
    if let Some(rep) = lane.rep {
        parts.push(format!("{} by {}", plural(choice.visits, "visit"), instance.reps[rep as usize].name));
    }
    if let Some(pool) = lane.pool {
        parts.push(format!("{} by {}", plural(lane.calls, "call"), instance.pools[pool as usize].id));
    }
    parts.join(" and ")
}

/// What is known of a customer, in a line.
pub fn introduce(instance: &Instance, customer: &Customer) -> String {
    let mut known = Vec::new();
    known.extend(customer.segment.as_ref().map(|segment| format!("segment {segment}")));
    known.extend(customer.owner.map(|rep| format!("owner {}", instance.reps[rep as usize].name)));
    known.extend(customer.sales.map(|sales| format!("sales {}", sales.rounded())));
    if customer.last_visits > 0 {
        known.push(format!("{} visits last period", customer.last_visits));
    }
    known.extend(customer.curve.map(|curve| {
        let money = |cents: f64| Money(cents.round() as i64).rounded();
        format!("the first visit adds {}, all together at most {}", money(curve.first_visit), money(curve.potential))
    }));
    let known = if known.is_empty() { String::new() } else { format!(": {}", known.join(", ")) };
    format!("{} {}{known}", customer.id, customer.name.as_deref().unwrap_or("")).replace(" :", ":")
}
