//! Small random instances with all their plans, and documents about them.

use serde_json::Value;
use visitplan::certificate::{Certificate, KnapsackPrices};
use visitplan::instance::Instance;
use visitplan::plan::{InfeasibilityDocument, PlanDocument};
use visitplan::problem::{Choice, Problem};

use crate::oracle::{enumerate, random_instance};
use crate::support::branching::{Branching, Dice, every_plan};
use crate::support::{certified_plan, problem_of};

/// A small random instance with all its plans.
pub struct Case {
    pub seed: u64,
    pub document: Value,
    pub instance: Instance,
    pub problem: Problem,
    /// The value of the best plans, if there are any.
    pub optimum: Option<i64>,
    /// The best plans.
    pub best: Vec<Vec<Choice>>,
    /// Some of the others.
    pub others: Vec<Vec<Choice>>,
}

impl Case {
    /// `None` where there is too much, or nothing, to choose.
    pub fn of(seed: u64) -> Option<Case> {
        let document = random_instance(seed);
        let answer = enumerate(&document);
        if answer.choices > 2000 || answer.choices == 0 {
            return None;
        }
        let (instance, problem) = problem_of(&document);
        let (mut best, mut others) = (Vec::new(), Vec::new());
        every_plan(&problem, |plan| {
            if Some(problem.total_value(plan)) == answer.optimum {
                best.push(plan.to_vec());
            } else if others.len() < 20 {
                others.push(plan.to_vec());
            }
        });
        assert_eq!(best.is_empty(), answer.optimum.is_none(), "seed {seed}");
        Some(Case { seed, document, instance, problem, optimum: answer.optimum, best, others })
    }

    /// A plan with a certificate of any kind, or a proof that there is none, be it right or not.
    pub fn some_document(&self, dice: &mut Dice) -> Value {
        let plans = if dice.chance(70) || self.others.is_empty() { &self.best } else { &self.others };
        let text = match (!plans.is_empty() && dice.chance(85)).then(|| &plans[dice.below(plans.len())]) {
            Some(choices) => {
                let certificate = self.some_certificate(dice, Some(self.problem.total_value(choices)));
                let plan = certified_plan(&self.problem, choices.clone(), certificate);
                PlanDocument::new(&self.instance, &self.problem, &plan).to_text()
            }
            None => InfeasibilityDocument::new(&self.instance, &self.some_certificate(dice, None)).to_text(),
        };
        serde_json::from_str(&text).expect("JSON")
    }

    fn some_certificate(&self, dice: &mut Dice, value: Option<i64>) -> Certificate {
        // One of its prices, or of its knapsacks, or of all there is.
        let mut certificate = Branching::certificate(&self.instance, &self.problem, self.seed, value);
        if dice.chance(30) {
            certificate.tree = None;
            if dice.chance(30) {
                certificate.knapsack = None;
            } else if certificate.knapsack.is_none() {
                let rows = vec![0; self.problem.rows.len()];
                certificate.knapsack = Some(KnapsackPrices::new(&self.problem, &rows, Vec::new()));
            }
        }
        certificate
    }
}
