//! Writing plans (`visitplan-plan/1`) and proofs that there is none (`visitplan-infeasible/1`).

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::layout::{Page, to_text};
use super::{Change, Compared, Figures, Gap, Plan, ProvenBy, Status, StoppedBy};
use crate::certificate::{Bound, Certificate, CertificateDocument};
use crate::decision::PricedDecision;
use crate::instance::{Instance, InstanceName};
use crate::model::PlanningModel;
use crate::problem::{Choice, Problem, RowKind};
use crate::units::Money;

/// A plan as it is written.
#[derive(Clone, Debug)]
pub struct PlanDocument<'p> {
    instance: &'p Instance,
    problem: &'p Problem,
    choices: &'p [Choice],
    head: Head<'p>,
    tail: Tail<'p>,
}

/// The fields before the lists of customers.
#[derive(Clone, Debug, Serialize)]
struct Head<'p> {
    format: &'static str,
    instance: InstanceName,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'p RawValue>,
    model: &'p PlanningModel,
    status: Status,
    stopped_by: Option<StoppedBy>,
    revenue: Money,
    value: Money,
    bound: Money,
    gap: Gap,
    proven_by: ProvenBy,
    #[serde(skip_serializing_if = "Option::is_none")]
    certified_bound: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certified_gap: Option<Gap>,
}

/// The fields behind them.
#[derive(Clone, Debug, Serialize)]
struct Tail<'p> {
    prices: Prices<'p>,
    certificate: CertificateDocument<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_post_pass: Option<BeforePostPass>,
    changes: Vec<Change>,
    #[serde(skip_serializing_if = "Option::is_none")]
    joint: Option<Joint<'p>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comparison: Vec<Compared>,
    figures: Figures,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<PricedDecision>,
}

/// The field plan that the changes were made to; the proof is about it.
#[derive(Clone, Debug, Serialize)]
struct BeforePostPass {
    revenue: Money,
    value: Money,
}

/// What no plan of visits and calls exceeds.
#[derive(Clone, Debug, Serialize)]
struct Joint<'p> {
    bound: Money,
    gap: Gap,
    certificate: CertificateDocument<'p>,
}

/// What the post-pass made of a plan.
#[derive(Clone, Debug)]
pub struct AfterPass<'p> {
    /// The problem of visits and calls.
    pub problem: &'p Problem,
    /// The plan after the pass, as options of it.
    pub choices: &'p [Choice],
    /// What was changed.
    pub changes: Vec<Change>,
    /// What no plan of visits and calls exceeds, beside this plan's value, and the certificate that says so.
    pub joint: Option<(Bound, &'p Certificate)>,
    /// Last period, visits alone, this plan, the best mix.
    pub comparison: Vec<Compared>,
}

#[derive(Clone, Debug, Serialize)]
struct Assignment<'p> {
    customer: &'p str,
    rep: Option<&'p str>,
    visits: u32,
    pool: Option<&'p str>,
    calls: u32,
    minutes: i64,
    call_minutes: i64,
    revenue: Money,
}

/// A proof that there is no plan, as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct InfeasibilityDocument<'p> {
    format: &'static str,
    instance: InstanceName,
    model: &'p PlanningModel,
    certificate: CertificateDocument<'p>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<PricedDecision>,
}

impl<'p> PlanDocument<'p> {
    /// The document of a plan.
    pub fn new(instance: &'p Instance, problem: &'p Problem, plan: &'p Plan) -> PlanDocument<'p> {
        let by_solver = plan.proven_by == ProvenBy::Solver;
        let head = Head {
            format: "visitplan-plan/1",
            instance: instance.identity(),
            scenario: instance.scenario.as_deref().and_then(|written| serde_json::from_str(written).ok()),
            model: &instance.model,
            status: plan.status,
            stopped_by: plan.stopped_by,
            revenue: Money(problem.total_revenue(&plan.choices)),
            value: Money(plan.value),
            bound: Money(plan.bound.0),
            gap: Gap::between(plan.value, plan.bound),
            proven_by: plan.proven_by,
            certified_bound: by_solver.then_some(Money(plan.certified.0)),
            certified_gap: by_solver.then(|| Gap::between(plan.value, plan.certified)),
        };
        let tail = Tail {
            prices: Prices(&plan.certificate, problem.rows.iter().map(|row| row.kind).collect(), row_names(problem)),
            certificate: CertificateDocument::new(instance, &plan.certificate),
            before_post_pass: None,
            changes: Vec::new(),
            joint: None,
            comparison: Vec::new(),
            figures: Figures::of(instance, problem, &plan.choices),
            decisions: Vec::new(),
        };
        PlanDocument { instance, problem, choices: &plan.choices, head, tail }
    }

    /// The same after the post-pass: revenue, value and assignments are those of the plan after it, bound and
    /// certificate speak of the one before.
    pub fn after_post_pass(mut self, after: AfterPass<'p>) -> PlanDocument<'p> {
        let AfterPass { problem, choices, changes, joint, comparison } = after;
        let before = BeforePostPass { revenue: self.head.revenue, value: self.head.value };
        self.tail.before_post_pass = (!changes.is_empty()).then_some(before);
        (self.problem, self.choices) = (problem, choices);
        let value = problem.total_value(choices);
        (self.head.revenue, self.head.value) = (Money(problem.total_revenue(choices)), Money(value));
        self.tail.joint = joint.map(|(bound, certificate)| Joint {
            bound: Money(bound.0),
            gap: Gap::between(value, bound),
            certificate: CertificateDocument::new(self.instance, certificate),
        });
        self.tail.figures = Figures::of(self.instance, problem, choices);
        (self.tail.changes, self.tail.comparison) = (changes, comparison);
        self
    }

    /// The same for a plan that follows decisions, which the instance given has as locks and the one named has not.
    pub fn with_decisions(mut self, decisions: Vec<PricedDecision>) -> PlanDocument<'p> {
        self.tail.decisions = decisions;
        self
    }

    /// The document's text.
    pub fn to_text(&self) -> String {
        let PlanDocument { instance, problem, choices, .. } = *self;
        let id = |customer: usize| &*instance.customers[customer].id;
        let mut page = Page::new();
        page.fields(&self.head);
        page.lines("assignments", choices.len(), |at| assignment(instance, problem, id(at), choices[at]));
        page.lines("uncovered", choices.len(), |at| choices[at].lane().is_none().then(|| id(at)));
        page.fields(&self.tail);
        page.finish()
    }
}

impl<'p> InfeasibilityDocument<'p> {
    /// The document of a proof that there is no plan.
    pub fn new(instance: &'p Instance, certificate: &'p Certificate) -> InfeasibilityDocument<'p> {
        InfeasibilityDocument {
            format: "visitplan-infeasible/1",
            instance: instance.identity(),
            model: &instance.model,
            certificate: CertificateDocument::new(instance, certificate),
            decisions: Vec::new(),
        }
    }

    /// The same where decisions are among what cannot be met.
    pub fn with_decisions(self, decisions: Vec<PricedDecision>) -> InfeasibilityDocument<'p> {
        InfeasibilityDocument { decisions, ..self }
    }

    /// The document's text.
    pub fn to_text(&self) -> String {
        to_text(self)
    }
}

fn assignment<'p>(
    instance: &'p Instance,
    problem: &Problem,
    customer: &'p str,
    choice: Choice,
) -> Option<Assignment<'p>> {
    let lane = problem.lane(choice.lane()?);
    Some(Assignment {
        customer,
        rep: lane.rep.map(|rep| &*instance.reps[rep as usize].id),
        visits: choice.visits,
        pool: lane.pool.map(|pool| &*instance.pools[pool as usize].id),
        calls: lane.calls,
        minutes: problem.minutes(choice),
        call_minutes: lane.call_minutes,
        revenue: Money(problem.revenue(choice)),
    })
}

fn row_names(problem: &Problem) -> Vec<String> {
    problem.rows.iter().map(|row| row.name.clone()).collect()
}

/// The prices of a certificate in money: per hour for the time of reps and pools, per unit for other rows.
#[derive(Clone, Debug)]
struct Prices<'p>(&'p Certificate, Vec<RowKind>, Vec<String>);

/// Money per hour of a row of time, per unit of another.
pub(crate) fn price_in_money(kind: RowKind, price: i64, denominator: i64) -> f64 {
    let per_unit = 100.0 * denominator as f64;
    if kind.is_time() { price as f64 * 60.0 / per_unit } else { price as f64 / per_unit }
}

impl Plan {
    /// Price of a row in money: per hour for time, per unit otherwise.
    pub fn price(&self, problem: &Problem, row: usize) -> f64 {
        let priced = self.certificate.rows.iter().find(|priced| priced.row == problem.rows[row].name);
        price_in_money(problem.rows[row].kind, priced.map_or(0, |priced| priced.price), self.certificate.denominator)
    }
}

impl Serialize for Prices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Prices(certificate, kinds, names) = self;
        let mut map = serializer.serialize_map(None)?;
        let mut priced = certificate.rows.iter().peekable();
        // Certificates list rows in the order of the problem.
        for (name, &kind) in names.iter().zip(kinds) {
            let price = priced.next_if(|priced| priced.row == *name).map_or(0, |priced| priced.price);
            if price != 0 || kind.is_time() {
                map.serialize_entry(name, &price_in_money(kind, price, certificate.denominator))?;
            }
        }
        map.end()
    }
}
