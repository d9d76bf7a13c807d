//! An instance read again with other reps: only the customers to whom that makes a difference are.

use std::collections::HashMap;

use rayon::prelude::*;

use super::customer::Customer;
use super::lookup::Lookup;
use super::rep::Rep;
use super::unique::unique;
use super::{Instance, ModelSource};
use crate::json::{Kind, Node, Reader, Refusal, utf8};
use crate::model::Owners;

/// An instance with its text, to be read again with other reps.
pub struct WithText {
    /// The instance.
    pub instance: Instance,
    /// Its text.
    pub text: String,
    file: String,
    /// Where the list of reps stands in the text.
    reps: std::ops::Range<usize>,
    /// Where each customer stands in the text.
    places: Vec<std::ops::Range<usize>>,
    /// What each customer says of reps.
    says: Vec<Says>,
}

/// What a customer says of reps in so many words.
#[derive(Debug, Default)]
struct Says {
    /// Whether it lists who may visit; otherwise that follows from owners and distances.
    lists: bool,
    /// The reps of that list, and the one of its lock.
    names: Vec<u32>,
}

/// Reps, and the customers who are read again because of them, with their places.
type Others = (Vec<Rep>, Vec<(usize, Customer)>);

impl WithText {
    /// Reads an instance and keeps its text.
    pub fn read(file: &str, bytes: &[u8], model: &ModelSource<'_>) -> Result<WithText, Refusal> {
        let instance = Instance::read(file, bytes, model)?;
        let text = utf8(file, bytes)?.to_owned();
        let root = Reader::root(file, &text)?;
        let reps: HashMap<&str, u32> = instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect();
        let customers: Vec<Node<'_>> = root.at(&["customers"]).map_or_else(Vec::new, |list| list.elements().collect());
        let place = |node: &Node<'_>| {
            let start = node.offset_in(&text);
            start..start + node.text.len()
        };
        let places = customers.iter().map(place).collect();
        let list = root.at(&["reps"]).as_ref().map_or(0..0, place);
        let says = customers.par_iter().map(|node| says(*node, &reps)).collect();
        Ok(WithText { file: file.to_owned(), reps: list, places, says, instance, text })
    }

    /// The list of reps as it is written.
    pub fn reps(&self) -> Node<'_> {
        Node { text: &self.text[self.reps.clone()] }
    }

    /// The instance with other reps: those that it has, in their order, changed or not, and more behind them. `reps` is the
    /// text of the list, and `named` names it in messages. Everything else is as it was, and the same as if the whole were
    /// read again.
    pub fn with_reps(&self, named: &str, reps: &str) -> Result<Instance, Refusal> {
        let (reps, touched) = self.read_reps(named, reps)?;
        let mut customers = self.instance.customers.clone();
        for (at, customer) in touched {
            customers[at] = customer;
        }
        Ok(Instance { reps, customers, ..self.instance.without_lists() })
    }

    /// The other reps, and the customers to whom they make a difference.
    fn read_reps(&self, named: &str, reps: &str) -> Result<Others, Refusal> {
        let Instance { model, weeks, pools, .. } = &self.instance;
        let (mut reader, list) = Reader::open(named, reps)?;
        let read = reader.long_list_of(list, |reader, node| Rep::read(reader, node, model, *weeks));
        let complete = read.as_ref().is_some_and(|(_, reps)| reps.iter().all(Option::is_some));
        let reps = read.map(|(nodes, reps)| unique(&mut reader, "rep", &nodes, reps, |rep| &rep.id));
        reader.finish(named)?;
        let reps = reps.unwrap_or_default();
        let changed: Vec<bool> = reps
            .iter()
            .enumerate()
            .map(|(at, rep)| self.instance.reps.get(at).is_none_or(|before| matters(before, rep)))
            .collect();
        let mut touched = Vec::new();
        if changed.contains(&true) {
            let lookup = Lookup::new(&reps, pools, complete);
            let mut reader = Reader::strict(&self.text);
            for at in (0..self.places.len()).filter(|&at| self.is_touched(at, &changed)) {
                let node = Node { text: &self.text[self.places[at].clone()] };
                touched.extend(Customer::read(&mut reader, node, model, &reps, &lookup).map(|read| (at, read)));
            }
            reader.finish(&self.file).map_err(|refusal| of_scenario(refusal, named))?;
        }
        Ok((reps, touched))
    }

    /// Whether another rep can make a difference to a customer.
    fn is_touched(&self, customer: usize, changed: &[bool]) -> bool {
        let says = &self.says[customer];
        let is_changed = |rep: u32| changed[rep as usize];
        if says.names.iter().any(|&rep| is_changed(rep)) {
            return true;
        }
        if says.lists {
            return false;
        }
        // The owner alone visits where owners are kept and the owner works, whoever else comes or goes.
        let owner = self.instance.customers[customer].owner;
        let works = |rep: u32| self.instance.reps[rep as usize].is_active() && !is_changed(rep);
        !(self.instance.model.owners == Owners::Keep && owner.is_some_and(works))
    }
}

/// Whether what customers can have depends on what differs between two readings of a rep.
fn matters(before: &Rep, now: &Rep) -> bool {
    (before.is_active(), &before.skills, before.location) != (now.is_active(), &now.skills, now.location)
}

fn of_scenario(refusal: Refusal, named: &str) -> Refusal {
    let issues = refusal.issues.into_iter().map(|issue| crate::json::Located { file: named.to_owned(), ..issue });
    Refusal { issues: issues.collect() }
}

fn says(customer: Node<'_>, reps: &HashMap<&str, u32>) -> Says {
    let mut says = Says::default();
    let index = |node: Option<Node<'_>>| reps.get(node?.as_text()?.as_str()).copied();
    for (name, value) in customer.fields() {
        match (name.as_str(), value.kind()) {
            ("coverage", Kind::Array) => {
                says.lists = true;
                says.names.extend(value.elements().filter_map(|entry| index(entry.at(&["rep"]))));
            }
            ("lock", Kind::Object) => says.names.extend(index(value.at(&["rep"]))),
            _ => {}
        }
    }
    says
}
