//! What it would cost to keep more customers as they were: the plan solved once more with the rule.

use super::passing::Passing;
use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::Instance;
use crate::model::Rule;
use crate::plan::{Gap, Plan, Status, StoppedBy};
use crate::post_pass::{Wide, run};
use crate::problem::Problem;
use crate::units::{Factor, Money};

/// Larger instances take too long for a figure on the side.
const MOST_CUSTOMERS: usize = 5000;
/// How well it is solved.
const GAP: Gap = Gap(100_000);

/// The cost of keeping a share of the customers as they were.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    /// The share of customers whose visits stay as they were.
    pub kept: Factor,
    /// The share that may change.
    pub changed: Factor,
    /// How much less such a plan is worth.
    pub cost: Money,
    /// How sure that is.
    pub sure: Sure,
}

/// How sure a cost is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Both plans are the best there are.
    Exactly,
    /// The other plan is not proven to be the best.
    AtMost,
    /// Both went through the post-pass, which follows rules and looks for nothing better.
    About,
}

impl Keeping {
    /// Solves the problem once more, from a plan, with a rule that keeps `kept` of the customers as they were; where the
    /// plan went through the post-pass, the other one does, too.
    ///
    /// `None` where a rule says so already, where nothing is known of last period, where the plan keeps as many anyway,
    /// and where no such plan was found.
    pub fn of(
        (instance, problem): (&Instance, &Problem),
        plan: &Plan,
        passing: Option<&Passing>,
        kept: Factor,
        should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
    ) -> Option<Keeping> {
        let customers = instance.customers.len();
        let rules = &instance.model.rules;
        let is_ruled = rules.iter().any(|rule| matches!(rule, Rule::MaxChangedCustomers { .. }));
        let visited = instance.customers.iter().any(|customer| customer.last_visits > 0);
        if is_ruled || !visited || customers > MOST_CUSTOMERS || kept.0 <= 0 {
            return None;
        }
        let changed = Factor(Factor::ONE.0 - kept.0);
        let choices = passing.map_or(&plan.choices, |passing| &passing.after);
        let changes = choices.iter().zip(&instance.customers).filter(|(c, customer)| c.visits != customer.last_visits);
        if changes.count() as i128 * i128::from(Factor::ONE.0) <= i128::from(changed.0) * customers as i128 {
            return None;
        }
        let mut ruled = instance.clone();
        ruled.model.rules.push(Rule::MaxChangedCustomers { share: changed, tolerance: 0 });
        let with_rule = Problem::new(&ruled).ok()?;
        let start = Start { choices: plan.choices.clone(), prices: plan.certificate.prices_for(&with_rule) };
        let mut control = Control { should_stop, report: &mut |_| {} };
        let settings = Settings { gap: GAP, ..Settings::default() };
        let answer = Engine::Auto.solve(&ruled, &with_rule, settings, Some(start), &mut control);
        let Answer::Plan(other) = answer else { return None };
        // The rule takes options from nobody, so the plan is one of the first problem, too.
        debug_assert!(problem.overdrawn(&other.choices).is_none());
        let (mut value, mut kept_value) = (plan.value, other.value);
        if let Some(passing) = passing {
            let wide = Wide::new(&ruled).ok()?;
            let before = wide.options(&with_rule, &other.choices);
            kept_value = wide.problem.total_value(&run(&wide, &before, &before));
            value = passing.wide.problem.total_value(&passing.after);
        }
        let are_best = plan.status == Status::Optimal && other.status == Status::Optimal;
        let sure = match (passing, are_best) {
            (Some(_), _) => Sure::About,
            (None, true) => Sure::Exactly,
            (None, false) => Sure::AtMost,
        };
        Some(Keeping { kept, changed, cost: Money((value - kept_value).max(0)), sure })
    }
}
