//! Figures of a plan: revenue, activity and workload, in all and per rep.

use rayon::prelude::*;
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

/// Customers that one thread adds up at a time.
const PART: usize = 1 << 16;

/// What is added up over customers; whole numbers, so that the order does not matter.
#[derive(Default)]
struct Sums {
    reps: Vec<RepSums>,
    covered: u32,
    calls: i64,
    call_minutes: i64,
}

#[derive(Clone, Copy, Default)]
struct RepSums {
    customers: u32,
    visits: i64,
    minutes: i64,
    revenue: i64,
}

impl Sums {
    fn add(&mut self, problem: &Problem, choice: Choice) {
        let Some(index) = choice.lane() else { return };
        let lane = problem.lane(index);
        self.covered += 1;
        self.calls += i64::from(lane.calls);
        self.call_minutes += lane.call_minutes;
        if let Some(rep) = lane.rep {
            let sums = &mut self.reps[rep as usize];
            sums.customers += 1;
            sums.visits += i64::from(choice.visits);
            sums.minutes += problem.minutes(choice);
            sums.revenue += problem.revenue(choice);
        }
    }

    fn and(mut self, more: Sums) -> Sums {
        if self.reps.is_empty() {
            self.reps = vec![RepSums::default(); more.reps.len()];
        }
        for (sum, more) in self.reps.iter_mut().zip(more.reps) {
            sum.customers += more.customers;
            sum.visits += more.visits;
            sum.minutes += more.minutes;
            sum.revenue += more.revenue;
        }
        self.covered += more.covered;
        self.calls += more.calls;
        self.call_minutes += more.call_minutes;
        self
    }
}

impl Figures {
    /// The figures of one option per customer.
    pub fn of(instance: &Instance, problem: &Problem, choices: &[Choice]) -> Figures {
        let parts = choices.par_chunks(PART).map(|part| {
            let mut sums = Sums { reps: vec![RepSums::default(); instance.reps.len()], ..Sums::default() };
            part.iter().for_each(|&choice| sums.add(problem, choice));
            sums
        });
        let Sums { reps, covered, calls, call_minutes } = parts.reduce(Sums::default, Sums::and);
        let mut reps: Vec<RepFigures> = instance
            .reps
            .iter()
            .zip(reps.into_iter().chain(std::iter::repeat(RepSums::default())))
            .map(|(rep, sums)| RepFigures {
                rep: rep.id.to_string(),
                customers: sums.customers,
                visits: sums.visits,
                minutes: Minutes(sums.minutes),
                capacity_minutes: rep.minutes,
                utilisation: Factor(0),
                revenue: Money(sums.revenue),
            })
            .collect();
        let mut active = instance.reps.iter().map(|rep| rep.is_active());
        reps.retain(|_| active.next().unwrap_or(false));
        for rep in &mut reps {
            rep.utilisation = ratio(rep.minutes.0, rep.capacity_minutes.0);
        }
        let visited = reps.iter().map(|rep| rep.customers).sum();
        let visit_minutes = Minutes(reps.iter().map(|rep| rep.minutes.0).sum());
        let capacity_minutes = Minutes(reps.iter().map(|rep| rep.capacity_minutes.0).sum());
        let base_revenue = Money(instance.customers.par_iter().map(|customer| customer.base_revenue.0).sum());
        Figures {
            customers: instance.customers.len() as u32,
            covered,
            visited,
            visits: reps.iter().map(|rep| rep.visits).sum(),
            calls,
            visit_minutes,
            call_minutes: Minutes(call_minutes),
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
pub(crate) fn ratio(part: i64, whole: i64) -> Factor {
    if whole == 0 {
        return Factor(0);
    }
    let tenths_of_thousandths = (i128::from(part) * 20_000 + i128::from(whole)).div_euclid(i128::from(whole) * 2);
    Factor(i64::try_from(tenths_of_thousandths * 100).unwrap_or(i64::MAX))
}
