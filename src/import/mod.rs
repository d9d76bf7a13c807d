//! From a company's own files to an instance: accounts, reps, visits and orders, with a reconciliation.
//!
//! Customers and reps are few and must be right: what is wrong with them is refused, all at once. Visits and orders are
//! many and never all right: what cannot be used is counted, listed with its row and reason, and left out. Nothing is
//! dropped and nothing is guessed without being said. `models/import.md` has the rules.

mod customers;
mod history;
mod ids;
mod issues;
mod ledger;
mod map;
mod orders;
mod places;
mod reader;
mod reconciliation;
mod reps;
mod source;
mod visits;
mod wallet;

pub use issues::{HEADER as ISSUES_HEADER, Issues};
pub use map::Mapping;
pub use reconciliation::Reconciliation;
pub use source::{Files, Source};
pub use wallet::{Known, estimate};

use jiff::civil::Date;
use serde_json::value::RawValue;

use crate::instance::InstanceDocument;
use crate::json::{Located, Refusal};
use crate::model::{PlanningModel, built_in};
use history::{History, Reference};
use ids::Ids;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// First day of the planning period.
    pub start: Date,
    /// Length of the planning period.
    pub weeks: u32,
    /// The period whose sales and visits are comparable.
    pub reference: Comparable,
}

/// Which period is comparable with the one that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparable {
    /// The same number of weeks just before.
    Before,
    /// The same weeks of last year: 52 weeks earlier.
    LastYear,
    /// From a day on.
    From(Date),
}

/// What came out.
#[derive(Debug)]
pub struct Import {
    /// The text of the instance.
    pub instance: String,
    /// What was matched, what was not and why.
    pub reconciliation: Reconciliation,
    /// Every row that was left out or needs a look.
    pub issues: Issues,
}

/// Makes an instance of a company's files.
///
/// Refuses files that cannot be read, and whatever is wrong with customers and reps: all of it at once.
pub fn import(files: &Files, mapping: &Mapping, request: &Request) -> Result<Import, Refusal> {
    let reference = Reference::of(request);
    let model = planning_model(mapping)?;
    let mut said = Reconciliation::new(request, &reference);
    let mut issues = Issues::default();

    // What is wrong with one file says nothing of the others.
    let mut wrong: Vec<Located> = Vec::new();
    let mut keep = |refusal: Refusal| wrong.extend(refusal.issues);
    let reps = reps::read(&files.reps, &mapping.reps, &mut said).map_err(&mut keep);
    let customers = customers::read(&files.customers, &mapping.customers, &model, &mut said).map_err(&mut keep);
    let places = files.places.as_ref().map(|places| places::read(places, &mut said)).transpose().map_err(&mut keep);
    let visits = visits::read(&files.visits, &mapping.visits).map_err(&mut keep);
    let orders = orders::read(&files.orders, &mapping.orders).map_err(&mut keep);
    let (Ok(mut reps), Ok(mut customers), Ok(places), Ok(visits), Ok(orders)) =
        (reps, customers, places, visits, orders)
    else {
        return Err(Refusal { issues: wrong });
    };

    places::locate(&mut customers, &mut reps, places.as_ref(), &mut said);
    reps::add_owners(&mut reps, &mut customers, &mut said, &mut issues);
    let mut past = History::of(customers.len());
    {
        let first = customers.first().map_or("", |customer| customer.entry.id.as_str());
        let ids = Ids::of(customers.iter().map(|customer| customer.entry.id.as_str()));
        let rep_ids = Ids::of(reps.iter().map(|rep| rep.entry.id.as_str()));
        let counted = visits.count((&ids, first), &rep_ids, &reference, &mut past, &mut said, &mut issues);
        let summed = orders.count((&ids, first), &reference, &mut past, &mut said, &mut issues);
        let mut keep = |refusal: Refusal| wrong.extend(refusal.issues);
        let (Ok(()), Ok(())) = (counted.map_err(&mut keep), summed.map_err(&mut keep)) else {
            return Err(Refusal { issues: wrong });
        };
    }
    customers::look_for_doubles(&customers, &mut issues, &mut said);
    history::fill(&mut customers, &reference, past, &mut said, &mut issues);
    customers::fill_wallets(&mut customers, request.weeks, &mut said);

    let mut document = InstanceDocument::new(
        request.start.to_string(),
        request.weeks,
        mapping.model.clone().unwrap_or_else(usual_model),
    );
    document.name = mapping.name.clone();
    document.currency = mapping.currency.clone();
    document.telesales = mapping.telesales.clone();
    document.reps = reps.into_iter().map(|rep| rep.entry).collect();
    document.customers = customers.into_iter().map(|customer| customer.entry).collect();
    Ok(Import { instance: document.to_text(), reconciliation: said, issues })
}

fn usual_model() -> Box<RawValue> {
    RawValue::from_string("\"field-sales\"".to_owned()).expect("a JSON text")
}

/// The planning model of the instance to be; that of a file is read when the instance is.
fn planning_model(mapping: &Mapping) -> Result<Option<PlanningModel>, Refusal> {
    let text = mapping.model.as_ref().map_or("\"field-sales\"", |model| model.get());
    if text.starts_with('{') {
        return PlanningModel::from_json(&mapping.file, text).map(Some);
    }
    let name: String = serde_json::from_str(text).unwrap_or_default();
    built_in(&name).map(|text| PlanningModel::from_json(&name, text)).transpose()
}
