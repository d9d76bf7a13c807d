//! What a cell of the matrix calls for.

use serde::Serialize;

use super::Position;
use crate::model::{Band, Cell, PlanningModel, Status};

/// What a cell calls for; several may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Win inactive customers back.
    Reactivate,
    /// Win new customers.
    Acquire,
    /// Visit more often.
    RaiseFrequency,
    /// Phone instead.
    MoveToTelesales,
    /// Small, but every visit pays: whether a call does as well is for the figures to say.
    SmallButPays,
    /// As it is.
    Keep,
}

impl Action {
    /// The action in a planner's words.
    pub fn words(self) -> &'static str {
        match self {
            Action::Reactivate => "reactivate",
            Action::Acquire => "acquire",
            Action::RaiseFrequency => "raise frequency",
            Action::MoveToTelesales => "move to telesales",
            Action::SmallButPays => "small, but pays",
            Action::Keep => "keep",
        }
    }
}

impl Position {
    /// What the cell calls for by the model's post-pass.
    pub fn actions(self, model: &PlanningModel) -> Vec<Action> {
        let pass = &model.post_pass;
        let within = |cell: &Cell| cell.holds_bands(self.potential, self.visit_value);
        let wins = |status| pass.reactivate.when.holds(self.potential, self.visit_value, status);
        let mut actions = Vec::new();
        if within(&pass.reactivate.when) {
            actions.extend(wins(Status::Inactive).then_some(Action::Reactivate));
            actions.extend(wins(Status::New).then_some(Action::Acquire));
        }
        actions.extend(within(&pass.frequency.when).then_some(Action::RaiseFrequency));
        if within(&pass.telesales.when) {
            let pays = self.potential == Band::Low && self.visit_value == Band::High;
            actions.push(if pays { Action::SmallButPays } else { Action::MoveToTelesales });
        }
        if actions.is_empty() {
            actions.push(Action::Keep);
        }
        actions
    }
}
