//! The matrix in figures: per cell its customers, and what each of several plans does there.

use serde::Serialize;

use super::{Action, Cells, Position};
use crate::baseline::{LastVisits, add};
use crate::instance::Instance;
use crate::model::{Band, Status};
use crate::plan::Compares;
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money, round_half_away};

/// A cell of the matrix in figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellFigures {
    /// The band of the wallet, else the potential; none for customers of whom only tables are known.
    pub potential: Option<Band>,
    /// The band of the visit value.
    pub visit_value: Option<Band>,
    /// Its customers by status.
    pub customers: ByStatus,
    /// What each plan does there.
    pub plans: Vec<Activity>,
    /// What the cell calls for.
    pub actions: Vec<Action>,
}

/// Numbers of customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ByStatus {
    pub active: u32,
    pub inactive: u32,
    pub new: u32,
}

impl ByStatus {
    /// All of them.
    pub fn all(self) -> u32 {
        self.active + self.inactive + self.new
    }

    fn count(&mut self, status: Status) {
        *match status {
            Status::Active => &mut self.active,
            Status::Inactive => &mut self.inactive,
            Status::New => &mut self.new,
        } += 1;
    }
}

/// What a plan does in a cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Activity {
    /// Which plan.
    pub plan: Compares,
    /// Visits in the period.
    pub visits: i64,
    /// Time of visits, travel included.
    pub visit_minutes: Minutes,
    /// Calls in the period.
    pub calls: i64,
    /// Time of calls.
    pub call_minutes: Minutes,
    /// Revenue that both add.
    pub revenue: Money,
    /// That for an hour of visits and calls; none where there is neither.
    pub revenue_per_hour: Option<Money>,
}

impl Activity {
    fn of(plan: Compares) -> Activity {
        let (minutes, money) = (Minutes(0), Money(0));
        Activity {
            plan,
            visits: 0,
            visit_minutes: minutes,
            calls: 0,
            call_minutes: minutes,
            revenue: money,
            revenue_per_hour: None,
        }
    }

    fn add(&mut self, visits: u32, minutes: i64, calls: u32, call_minutes: i64, revenue: i64) {
        self.visits += i64::from(visits);
        add(&mut self.visit_minutes.0, minutes);
        self.calls += i64::from(calls);
        add(&mut self.call_minutes.0, call_minutes);
        add(&mut self.revenue.0, revenue);
    }

    fn per_hour(mut self) -> Activity {
        let minutes = i128::from(self.visit_minutes.0) + i128::from(self.call_minutes.0);
        let rate = || round_half_away(i128::from(self.revenue.0) * 60, minutes);
        self.revenue_per_hour = (minutes > 0).then(|| Money(i64::try_from(rate()).unwrap_or(i64::MAX)));
        self
    }
}

/// The nine cells, the highest potential first, and behind them the customers in none, if there are any. Last period
/// comes first where there is one; what its calls took and added is not known.
pub fn figures(instance: &Instance, cells: &Cells, plans: &[(Compares, &Problem, &[Choice])]) -> Vec<CellFigures> {
    let has_past = instance.customers.iter().any(|customer| customer.last_visits > 0);
    let named = has_past.then_some(Compares::LastPeriod).into_iter().chain(plans.iter().map(|(plan, ..)| *plan));
    let activities: Vec<Activity> = named.map(Activity::of).collect();
    let positions: Vec<Option<Position>> = Position::all().map(Some).chain([None]).collect();
    let mut found: Vec<CellFigures> = positions
        .iter()
        .map(|position| CellFigures {
            potential: position.map(|cell| cell.potential),
            visit_value: position.map(|cell| cell.visit_value),
            customers: ByStatus::default(),
            plans: activities.clone(),
            actions: position.map_or_else(|| vec![Action::Keep], |cell| cell.actions(&instance.model)),
        })
        .collect();
    for (at, customer) in instance.customers.iter().enumerate() {
        let position = cells.position(at);
        let cell = positions.iter().position(|other| *other == position).unwrap_or(positions.len() - 1);
        let CellFigures { customers, plans: rows, .. } = &mut found[cell];
        customers.count(customer.status);
        if has_past {
            let LastVisits { visitor, minutes, added } = LastVisits::to(instance, customer);
            let visits = if visitor.is_some() { customer.last_visits } else { 0 };
            rows[0].add(visits, minutes.0, customer.last_calls, 0, added.0);
        }
        for (row, (_, problem, choices)) in rows[usize::from(has_past)..].iter_mut().zip(plans) {
            let choice = choices[at];
            let calls = choice.lane().map_or(0, |lane| problem.lane(lane).calls);
            let (minutes, call_minutes) = (problem.minutes(choice), problem.call_minutes(choice));
            row.add(choice.visits, minutes, calls, call_minutes, problem.revenue(choice));
        }
    }
    for cell in &mut found {
        cell.plans = std::mem::take(&mut cell.plans).into_iter().map(Activity::per_hour).collect();
    }
    found.retain(|cell| cell.potential.is_some() || cell.customers.all() > 0);
    found
}
