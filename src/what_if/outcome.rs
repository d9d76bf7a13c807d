//! What comes of a scenario: one line of JSON, the same keys on every line.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Scenario;
use crate::instance::{Customer, Instance, Rep};
use crate::model::Economics;
use crate::plan::{Figures, Gap, Plan, Status, price_in_money, ratio};
use crate::problem::{Choice, Problem, Row};
use crate::units::{Factor, Minutes, Money};

/// How a scenario ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum OutcomeStatus {
    Optimal,
    WithinGap,
    Stopped,
    /// No plan was found, and it is not proven that there is none.
    #[default]
    NoPlan,
    Infeasible,
    Refused,
}

/// What came of a scenario. Figures are of the plan of visits, before any post-pass.
#[derive(Clone, Debug, Default, Serialize)]
#[allow(missing_docs)]
pub struct Outcome {
    pub scenario: String,
    pub status: OutcomeStatus,
    pub reps: Option<usize>,
    pub customers: Option<u32>,
    pub covered: Option<u32>,
    pub revenue: Option<Money>,
    pub value: Option<Money>,
    pub bound: Option<Money>,
    pub gap: Option<Gap>,
    /// Margin less the cost of visits and calls; none where the model has no economics.
    pub contribution: Option<Money>,
    /// Cost of the active reps; none where one of them states none.
    pub cost: Option<Money>,
    /// Contribution less that cost.
    pub profit: Option<Money>,
    pub visits: Option<i64>,
    pub calls: Option<i64>,
    pub hours: Option<Factor>,
    pub utilisation: Option<Factor>,
    /// Customers per active rep: the owner-to-customer ratio; none without reps.
    pub customers_per_rep: Option<Factor>,
    /// The same the other way round.
    pub reps_per_customer: Option<Factor>,
    /// Share of the customers who are visited.
    pub reach: Option<Factor>,
    /// Visits per visited customer.
    pub frequency: Option<Factor>,
    /// What the last rep of a sweep adds, at least; none for scenarios.
    pub marginal_low: Option<Money>,
    pub marginal_high: Option<Money>,
    pub removed: Vec<String>,
    pub added: Vec<String>,
    /// Left out where results must not depend on the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    pub error: Option<String>,
    pub prices: Option<Prices>,
    /// SHA-256 of the instance that the scenario changes.
    pub instance: String,
    /// Digest of the scenario and of all that its plan depends on: a results file goes on only where this is the same.
    pub asked: String,
}

/// Money an hour, or per unit, by row; in the order of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices(pub Vec<(String, f64)>);

impl Outcome {
    /// Of a scenario without a plan.
    pub fn without_plan(scenario: &Scenario, status: OutcomeStatus, error: Option<String>) -> Outcome {
        Outcome {
            scenario: scenario.name.clone(),
            status,
            removed: scenario.remove_reps.clone(),
            added: scenario.open.iter().cloned().chain(scenario.added()).collect(),
            error,
            ..Outcome::default()
        }
    }

    /// Whether the search was ended before it was done.
    pub fn is_stopped(&self) -> bool {
        matches!(self.status, OutcomeStatus::Stopped | OutcomeStatus::NoPlan)
    }

    /// Of a scenario's plan.
    pub fn of(scenario: &Scenario, instance: &Instance, problem: &Problem, plan: &Plan) -> Outcome {
        let figures = Figures::of(instance, problem, &plan.choices);
        let reps: Vec<&Rep> = instance.reps.iter().filter(|rep| rep.is_active()).collect();
        let costs: Option<Vec<i64>> = reps.iter().map(|rep| rep.cost.map(|cost| cost.0)).collect();
        let cost = costs.map(|costs| Money(costs.iter().sum()));
        let contribution = instance.model.economics.map(|economics| contribution(&economics, instance, problem, plan));
        Outcome {
            status: match plan.status {
                Status::Optimal => OutcomeStatus::Optimal,
                Status::WithinGap => OutcomeStatus::WithinGap,
                Status::Stopped => OutcomeStatus::Stopped,
            },
            reps: Some(reps.len()),
            customers: Some(figures.customers),
            covered: Some(figures.covered),
            revenue: Some(Money(problem.total_revenue(&plan.choices))),
            value: Some(Money(plan.value)),
            bound: Some(Money(plan.bound.0)),
            gap: Some(Gap::between(plan.value, plan.bound)),
            contribution,
            cost,
            profit: contribution.zip(cost).map(|(contribution, cost)| Money(contribution.0 - cost.0)),
            visits: Some(figures.visits),
            calls: Some(figures.calls),
            hours: Some(ratio(figures.visit_minutes.0, 60)),
            utilisation: Some(figures.utilisation),
            customers_per_rep: (!reps.is_empty()).then(|| ratio(i64::from(figures.customers), reps.len() as i64)),
            reps_per_customer: (figures.customers > 0).then(|| per_customer(reps.len(), figures.customers)),
            reach: (figures.customers > 0).then(|| ratio(figures.visited.into(), figures.customers.into())),
            frequency: (figures.visited > 0).then(|| ratio(figures.visits, figures.visited.into())),
            prices: Some(prices(problem, plan)),
            ..Outcome::without_plan(scenario, OutcomeStatus::Optimal, None)
        }
    }
}

/// Reps per customer to six decimals, rounded half up.
fn per_customer(reps: usize, customers: u32) -> Factor {
    let customers = i64::from(customers);
    Factor((reps as i64 * Factor::ONE.0 * 2 + customers) / (2 * customers))
}

/// Margin x revenue less the cost of visits and calls, rounded customer by customer.
fn contribution(economics: &Economics, instance: &Instance, problem: &Problem, plan: &Plan) -> Money {
    let of = |(choice, customer): (&Choice, &Customer)| {
        let pool = choice.lane().and_then(|lane| problem.lane(lane).pool);
        let call_hour = pool.map_or(Money(0), |pool| instance.pools[pool as usize].cost_per_hour);
        let (visits, calls) = (Minutes(problem.minutes(*choice)), Minutes(problem.call_minutes(*choice)));
        economics.contribution(customer.margin, Money(problem.revenue(*choice)), visits, calls, call_hour).0
    };
    Money(plan.choices.iter().zip(&instance.customers).map(of).sum())
}

/// The prices that are not 0, and those of all time.
fn prices(problem: &Problem, plan: &Plan) -> Prices {
    let prices = plan.certificate.prices(problem).unwrap_or_else(|_| vec![0; problem.rows.len()]);
    let shown = |(row, &price): (&Row, &i64)| {
        (price != 0 || row.kind.is_time())
            .then(|| (row.name.clone(), price_in_money(row.kind, price, plan.certificate.denominator)))
    };
    Prices(problem.rows.iter().zip(&prices).filter_map(shown).collect())
}

impl Serialize for Prices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (row, price) in &self.0 {
            map.serialize_entry(row, price)?;
        }
        map.end()
    }
}
