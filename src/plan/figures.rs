//! Figures of a plan: revenue, activity and workload, in all and per rep.

use serde::Serialize;

use crate::instance::Instance;
use crate::problem::{Choice, Problem};
use crate::units::{Factor, Minutes, Money};

/// Figures of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Customers of the instance.
    pub customers: u32,
    /// Customers with at least one visit or call.
    pub covered: u32,
    /// Customers with at least one visit.
    pub visited: u32,
    /// Visits in the period.
    pub visits: i64,
    /// Calls in the period.
    pub calls: i64,
    /// Time of visits, travel included.
    pub visit_minutes: Minutes,
    /// Time of calls.
    pub call_minutes: Minutes,
    /// Time of all active reps.
    pub capacity_minutes: Minutes,
    /// Share of that time that is planned.
    pub utilisation: Factor,
    /// Revenue that comes without any visit.
    pub base_revenue: Money,
    /// That and what visits and calls add.
    pub sales: Money,
    /// Customers per active rep: the owner-to-customer ratio of what is visited.
    pub visited_per_rep: Factor,
    /// The active reps, in the order of the instance.
    pub reps: Vec<RepFigures>,
}

/// Figures of one rep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RepFigures {
    /// The rep's id.
    pub rep: String,
    /// Customers with at least one visit.
    pub customers: u32,
    /// Visits in the period.
    pub visits: i64,
    /// Planned time.
    pub minutes: Minutes,
    /// The rep's time.
    pub capacity_minutes: Minutes,
    /// Share of the time that is planned.
    pub utilisation: Factor,
    /// What the visits add.
    pub revenue: Money,
}

impl Figures {
    /// The figures of one option per customer.
    pub fn of(instance: &Instance, problem: &Problem, choices: &[Choice]) -> Figures {
        let mut reps: Vec<RepFigures> = instance
            .reps
            .iter()
            .map(|rep| RepFigures {
                rep: rep.id.to_string(),
                customers: 0,
                visits: 0,
                minutes: Minutes(0),
                capacity_minutes: rep.minutes,
                utilisation: Factor(0),
                revenue: Money(0),
            })
            .collect();
        let (mut covered, mut calls, mut call_minutes) = (0, 0, Minutes(0));
        for &choice in choices {
            let Some(index) = choice.lane() else { continue };
            let lane = problem.lane(index);
            covered += 1;
            calls += i64::from(lane.calls);
            call_minutes.0 += lane.call_minutes;
            if let Some(rep) = lane.rep {
                let figures = &mut reps[rep as usize];
                figures.customers += 1;
                figures.visits += i64::from(choice.visits);
                figures.minutes.0 += problem.minutes(choice);
                figures.revenue.0 += problem.revenue(choice);
            }
        }
        let mut active = instance.reps.iter().map(|rep| rep.is_active());
        reps.retain(|_| active.next().unwrap_or(false));
        for rep in &mut reps {
            rep.utilisation = ratio(rep.minutes.0, rep.capacity_minutes.0);
        }
        let visited = reps.iter().map(|rep| rep.customers).sum();
        let visit_minutes = Minutes(reps.iter().map(|rep| rep.minutes.0).sum());
        let capacity_minutes = Minutes(reps.iter().map(|rep| rep.capacity_minutes.0).sum());
        let base_revenue = Money(instance.customers.iter().map(|customer| customer.base_revenue.0).sum());
        Figures {
            customers: instance.customers.len() as u32,
            covered,
            visited,
            visits: reps.iter().map(|rep| rep.visits).sum(),
            calls,
            visit_minutes,
            call_minutes,
            capacity_minutes,
            utilisation: ratio(visit_minutes.0, capacity_minutes.0),
            base_revenue,
            sales: Money(base_revenue.0 + problem.total_revenue(choices)),
            visited_per_rep: ratio(i64::from(visited), reps.len() as i64),
            reps,
        }
    }
}

/// A ratio to four decimals, rounded half up; 0 where there is nothing to divide by.
fn ratio(part: i64, whole: i64) -> Factor {
    if whole == 0 {
        return Factor(0);
    }
    let tenths_of_thousandths = (i128::from(part) * 20_000 + i128::from(whole)).div_euclid(i128::from(whole) * 2);
    Factor(i64::try_from(tenths_of_thousandths * 100).unwrap_or(i64::MAX))
}
