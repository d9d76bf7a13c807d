//! The post-pass: what it does by hand-made figures, and what holds of it on thousands of random instances.

#![allow(missing_docs)]

mod by_hand;
#[path = "../folder/mod.rs"]
mod folder;
mod naive;
#[path = "../oracle/mod.rs"]
mod oracle;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod tampered;
mod words;

use serde_json::Value;
use visitplan::engine::{self, Answer, Settings};
use visitplan::instance::Instance;
use visitplan::plan::{Change, Compared, Compares, Plan};
use visitplan::post_pass::{Wide, edits, run};
use visitplan::problem::{Choice, Problem};

/// A field plan with what the post-pass makes of it.
pub struct Case {
    pub instance: Instance,
    pub problem: Problem,
    pub plan: Plan,
    pub wide: Wide,
    pub before: Vec<Choice>,
    pub after: Vec<Choice>,
}

impl Case {
    /// Solves the field problem and runs the pass; none where there is no plan.
    pub fn of(document: &Value) -> Option<Case> {
        let instance = Instance::from_json(&document.to_string()).unwrap_or_else(|refusal| panic!("{refusal}"));
        let problem = Problem::new(&instance).expect("sums that fit");
        let Answer::Plan(plan) = engine::solve(&instance, &problem, Settings::default()) else { return None };
        let wide = Wide::new(&instance).expect("sums that fit");
        Some(Case { instance, problem, plan: *plan, wide, before: Vec::new(), after: Vec::new() }.passed())
    }

    /// The same from other options of the field problem, with what its certificate proves beside them.
    pub fn from(mut self, field: Vec<Choice>) -> Case {
        let mut certificate = self.plan.certificate;
        certificate.tree = None;
        self.plan = Plan::beside(&self.problem, field, certificate).expect("a certificate");
        self.passed()
    }

    fn passed(mut self) -> Case {
        self.before = self.wide.options(&self.problem, &self.plan.choices);
        self.after = run(&self.wide, &self.before, &self.before);
        self
    }

    pub fn value(&self, choices: &[Choice]) -> i64 {
        self.wide.problem.total_value(choices)
    }

    pub fn changes(&self) -> Vec<Change> {
        let edits = edits(&self.wide.problem, &self.before, &self.after).expect("every change follows a rule");
        Change::all(&self.wide, &edits)
    }

    /// The plan's document as text.
    pub fn text(&self) -> String {
        use visitplan::plan::{AfterPass, PlanDocument};
        let rows = [(Compares::Field, &self.before), (Compares::PostPass, &self.after)];
        let comparison = rows.map(|(name, choices)| Compared::of(name, &self.wide.problem, choices)).to_vec();
        let after = AfterPass {
            problem: &self.wide.problem,
            choices: &self.after,
            changes: self.changes(),
            joint: None,
            comparison,
        };
        PlanDocument::new(&self.instance, &self.problem, &self.plan).after_post_pass(after).to_text()
    }
}
