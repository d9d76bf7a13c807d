//! Coverage: who may visit a customer, at what time and worth.

use super::near::Near;
use super::rep::Rep;
use crate::json::{Node, Reader};
use crate::model::{Location, Owners, PlanningModel};
use crate::units::{Factor, Minutes};

/// One active rep who may visit a customer.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Index of the rep.
    pub rep: u32,
    /// Time of one visit, travel included.
    pub minutes_per_visit: Minutes,
    /// Multiplies what a visit adds.
    pub fit: Factor,
    /// Most visits in the period.
    pub most: u32,
    /// What 0, 1, 2, ... visits add, in cents, where given; overrides curve, effectiveness and fit.
    pub table: Option<Box<[i64]>>,
}

/// What the time of a visit depends on beside the rep.
pub(super) struct VisitTime {
    /// Time on site.
    pub on_site: Minutes,
    /// Travel time, where it is stated.
    pub travel: Option<Minutes>,
    /// Where the customer is.
    pub location: Option<Location>,
}

impl VisitTime {
    fn with(&self, rep: &Rep, model: &PlanningModel) -> Minutes {
        self.over(model, || self.distance(rep))
    }

    fn over(&self, model: &PlanningModel, distance: impl FnOnce() -> Option<f64>) -> Minutes {
        match self.travel {
            Some(travel) => Minutes(self.on_site.0 + travel.0),
            None => model.travel.minutes_per_visit(self.on_site, distance()),
        }
    }

    fn distance(&self, rep: &Rep) -> Option<f64> {
        Some(self.location?.distance_km(rep.location?))
    }
}

/// A coverage as stated in the file, of a rep of any status.
pub(super) struct Stated<'a> {
    pub coverage: Coverage,
    /// Where `revenue` stands.
    pub table_node: Option<Node<'a>>,
}

impl Coverage {
    /// Effectiveness of the rep x fit. The product of two decimals is exact in millionths of millionths, and both are
    /// below 2^53, so it is the nearest binary64 number.
    pub fn effect(&self, reps: &[Rep]) -> f64 {
        let product = i128::from(reps[self.rep as usize].effectiveness.0) * i128::from(self.fit.0);
        product as f64 / 1e12
    }

    /// Reads one element of `coverage`; `most` is still to be set.
    pub(super) fn read<'a>(
        reader: &mut Reader<'a>,
        node: Node<'a>,
        reps: &[Rep],
        find_rep: impl FnOnce(&mut Reader<'a>, Node<'a>) -> Option<u32>,
        time: &VisitTime,
        model: &PlanningModel,
    ) -> Option<Stated<'a>> {
        let mut fields = reader.object(node)?;
        let rep = fields.require(reader, "rep", find_rep);
        let minutes = fields.get(reader, "minutes_per_visit", Reader::minutes);
        let fit = fields.get(reader, "fit", Reader::factor).unwrap_or(Factor::ONE);
        let table_node = fields.take("revenue");
        let table = table_node.and_then(|node| read_table(reader, node));
        fields.finish(reader);
        let rep = rep?;
        let minutes_per_visit = minutes.unwrap_or_else(|| time.with(&reps[rep as usize], model));
        Some(Stated { coverage: Coverage { rep, minutes_per_visit, fit, most: 0, table }, table_node })
    }

    /// The coverage of a customer who states none, by the model's `owners`.
    pub(super) fn derive(
        owner: Option<u32>,
        requires: &[Box<str>],
        reps: &[Rep],
        near: &Near<'_>,
        time: &VisitTime,
        model: &PlanningModel,
        most: u32,
    ) -> Vec<Coverage> {
        let active_owner = owner.filter(|&rep| reps[rep as usize].is_active());
        let coverage = |rep: u32, minutes_per_visit: Minutes, fit: Factor| Coverage {
            rep,
            minutes_per_visit,
            fit,
            most,
            table: None,
        };
        let minutes = |rep: u32| time.with(&reps[rep as usize], model);
        if let (Owners::Keep, Some(owner)) = (model.owners, active_owner) {
            let can = reps[owner as usize].can(requires);
            return can.then(|| coverage(owner, minutes(owner), Factor::ONE)).into_iter().collect();
        }
        let near = near.find(time.location, requires, &model.travel);
        // A distance that was found is known only where both places are.
        let known = |rep: u32| time.location.is_some() && reps[rep as usize].location.is_some();
        let minutes_over = |rep: u32, distance: f64| time.over(model, || known(rep).then_some(distance));
        let mut able: Vec<(u32, Minutes)> = Vec::with_capacity(near.len() + 1);
        able.extend(near.into_iter().map(|(distance, rep)| (rep, minutes_over(rep, distance))));
        if let Some(owner) = active_owner
            && model.owners != Owners::Keep
            && reps[owner as usize].can(requires)
            && !able.iter().any(|&(rep, _)| rep == owner)
        {
            able.push((owner, minutes(owner)));
        }
        able.sort_unstable();
        let fit = |rep: u32| match (model.owners, owner) {
            (Owners::Prefer, Some(owner)) if owner != rep => model.handover_fit,
            _ => Factor::ONE,
        };
        able.into_iter().map(|(rep, minutes)| coverage(rep, minutes, fit(rep))).collect()
    }
}

/// What 0, 1, 2, ... visits add, in cents.
fn read_table<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Box<[i64]>> {
    let elements = reader.list(node)?;
    let values: Vec<i64> =
        elements.iter().filter_map(|&element| reader.signed_money(element)).map(|money| money.0).collect();
    if values.len() < elements.len() {
        return None; // the elements have their own issues
    }
    let problem = if values.first() != Some(&0) {
        "does not begin with 0: no visit adds nothing"
    } else if values.len() > 10_001 {
        "has more than 10,000 visits"
    } else {
        return Some(values.into_boxed_slice());
    };
    reader.fault(node, "E305", problem, "list what 0, 1, 2, … visits add, beginning with 0");
    None
}
