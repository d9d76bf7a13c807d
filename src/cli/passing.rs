//! The post-pass on the command line: run on a plan, compared with the best mix, written into the plan's document.

use super::Failure;
use super::output::talk;
use crate::comparison::{BestMix, compare};
use crate::engine::{Control, Engine, Settings};
use crate::instance::Instance;
use crate::matrix::notices;
use crate::model::{Channels, PlanningModel};
use crate::plan::{AfterPass, Change, Compared, Plan};
use crate::post_pass::{Edit, Summary, Wide, edits, run};
use crate::problem::{Choice, Problem};

/// A plan after the post-pass.
pub struct Passing {
    /// The instance and its problem with calls.
    pub wide: Wide,
    /// The plan after.
    pub after: Vec<Choice>,
    /// What differs.
    pub edits: Vec<Edit>,
    /// The same as it is written.
    pub changes: Vec<Change>,
    /// The best mix of visits and calls.
    pub best: Option<BestMix>,
    /// All these plans beside last period.
    pub comparison: Vec<Compared>,
}

/// Whether a plan by a model goes through the post-pass, when it is asked for or not.
pub fn is_wanted(model: &PlanningModel, asked: bool) -> Result<bool, Failure> {
    match model.channels {
        Channels::FieldThenPostPass => Ok(true),
        Channels::Field => Ok(asked),
        Channels::Joint if asked => {
            Err(Failure::Usage("the model plans visits and calls together; the post-pass is for plans of visits alone"))
        }
        Channels::Joint => Ok(false),
    }
}

impl Passing {
    /// Runs the post-pass on a plan of the field problem, over the changes that it has already, if any (`after` is such a
    /// plan with them), and finds the best mix to compare with.
    pub fn of(
        instance: &Instance,
        problem: &Problem,
        plan: &Plan,
        after: Option<Vec<Choice>>,
        (engine, settings): (Engine, Settings),
        control: &mut Control<'_>,
        say: &impl Fn(&str),
    ) -> Option<Passing> {
        let wide = match Wide::new(instance) {
            Ok(wide) => wide,
            Err(error) => {
                // Said even where little is: the plan is another one than the model asks for.
                talk(&format!("notice: the post-pass is left out, because with calls {error}"));
                return None;
            }
        };
        notices(instance, &wide.cells).iter().for_each(|notice| say(&format!("notice: {notice}")));
        let before = wide.options(problem, &plan.choices);
        let after = run(&wide, &before, after.as_ref().unwrap_or(&before));
        let edits = edits(&wide.problem, &before, &after).expect("the pass follows its rules");
        let prices = plan.certificate.prices_for(&wide.problem);
        let best = BestMix::of(&wide, &after, &prices, engine, settings, control);
        if best.is_none() {
            say("notice: the search for the best mix of visits and calls was stopped before it found any");
        }
        Some(Passing::new(wide, &before, after, edits, best))
    }

    /// Of a plan whose changes are known.
    pub fn new(wide: Wide, before: &[Choice], after: Vec<Choice>, edits: Vec<Edit>, best: Option<BestMix>) -> Passing {
        let changes = Change::all(&wide, &edits);
        let comparison = compare(&wide, before, &after, best.as_ref());
        Passing { wide, after, edits, changes, best, comparison }
    }

    /// What the plan's document says of it.
    pub fn document(&self) -> AfterPass<'_> {
        AfterPass {
            problem: &self.wide.problem,
            choices: &self.after,
            changes: self.changes.clone(),
            joint: self.best.as_ref().map(|best| (best.bound, &best.joint.certificate)),
            comparison: self.comparison.clone(),
        }
    }

    /// All changes in sum.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.edits)
    }
}
