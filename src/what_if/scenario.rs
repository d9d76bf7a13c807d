//! Scenarios: what would be otherwise, read from a line of JSON and applied to an instance.

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::copy::RepCopy;
use super::document::Document;
use super::set::set;
use super::teams::{Possible, Teams};
use crate::instance::{Instance, ModelSource, TextSource, WithText};
use crate::json::{Node, Reader, Refusal, did_you_mean};
use crate::model::{Who, who};
use crate::units::Factor;

/// What would be otherwise.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Reps (ids) who are not there; their customers may go to others.
    pub remove_reps: Vec<String>,
    /// Candidate positions (ids) that are filled.
    pub open: Vec<String>,
    /// Reps who are there besides, each as JSON: as in an instance, or a copy of one who is there (`copy_of`).
    pub add_reps: Vec<Box<RawValue>>,
    /// Values that are set: the path by names, and the value as JSON.
    pub set: Vec<(String, Box<RawValue>)>,
    /// Values of customers that are multiplied.
    pub scale: Vec<Scale>,
    /// The path of another instance that it is about.
    pub instance: Option<String>,
    /// The teams of which this is one: who is possible for a customer in any of them is possible here.
    pub sweep: Option<Teams>,
    /// The scenario as it is written: values are set in this order.
    pub written: Arc<str>,
}

/// A value of some customers that is multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Which value.
    pub field: ScaledField,
    /// By what.
    pub by: Factor,
    /// Whose; everybody's without conditions.
    pub who: Who,
}

/// A value of a customer that a scenario may multiply, stated or derived from history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaledField {
    /// What the first visit adds.
    VisitValue,
    /// What visits could add.
    Potential,
}

impl Scenario {
    /// Reads a line of a file. Reports every problem at once.
    pub fn read(file: &str, line: &str) -> Result<Scenario, Refusal> {
        let none = || Refusal::whole_file(file, "E201", "is no scenario", "give one JSON object a line");
        let (mut reader, root) = Reader::open(file, line)?;
        let scenario = read(&mut reader, root);
        reader.finish(file)?;
        Ok(Scenario { written: line.trim().into(), ..scenario.ok_or_else(none)? })
    }

    /// A scenario that the program itself has made.
    pub(super) fn of_value(written: Value) -> Scenario {
        Scenario::read("scenario", &written.to_string()).expect("what the program writes can be read")
    }

    /// An instance as it would be. `named` names scenario and instance in messages, `files` finds planning models as for the
    /// instance. Reports every problem at once.
    pub fn apply(&self, named: &str, base: &WithText, files: TextSource<'_>) -> Result<Instance, Refusal> {
        let mut instance = self.apply_alone(named, base, files)?;
        if self.sweep.is_some() {
            Possible::of(self, base, files)?.restrict(&mut instance);
        }
        Ok(instance)
    }

    /// The same where it is known who is possible in the teams of its sweep.
    pub fn apply_among(
        &self,
        possible: &Possible,
        named: &str,
        base: &WithText,
        files: TextSource<'_>,
    ) -> Result<Instance, Refusal> {
        let mut instance = self.apply_alone(named, base, files)?;
        possible.restrict(&mut instance);
        Ok(instance)
    }

    /// The instance as it would be, by what the scenario says of itself alone.
    fn apply_alone(&self, named: &str, base: &WithText, files: TextSource<'_>) -> Result<Instance, Refusal> {
        let mut issues = Vec::new();
        let mut fault = |problem: String, remedy: String| {
            issues.extend(Refusal::whole_file(named, "E601", problem, remedy).issues);
        };
        // A rep that is set as a whole may have another name.
        let of_rep = |path: &str| path.strip_prefix("/reps/").is_some_and(|path| path.contains('/'));
        let of_reps_alone = self.set.iter().all(|(path, _)| of_rep(path));
        let mut document = match of_reps_alone {
            true => Document::Object(vec![("reps".to_owned(), Document::Written(base.reps()))]),
            false => Document::Written(Reader::root(named, &base.text)?),
        };
        let copies = self.change_reps(&mut document, &mut fault);
        for (path, value) in &self.set {
            if let Err((problem, remedy)) = set(&mut document, path, value.get(), files) {
                fault(format!("sets {path}, {problem}"), remedy);
            }
        }
        let mut text = String::new();
        let instance = match document.field("reps").filter(|_| of_reps_alone) {
            Some(reps) => {
                reps.write(&mut text);
                base.with_reps(named, &text)
            }
            None => {
                document.write(&mut text);
                Instance::read(named, text.as_bytes(), &ModelSource::Instance(files))
            }
        };
        match instance {
            Ok(mut instance) if issues.is_empty() => {
                copies.iter().for_each(|copy| copy.cover_alike(&mut instance));
                for scale in &self.scale {
                    if scale.apply(&mut instance) == 0 {
                        let remedy = "change \"where\", or leave it out to scale everybody's".to_owned();
                        let problem = "scales a value of customers whom \"where\" does not find".to_owned();
                        issues.extend(Refusal::whole_file(named, "E601", problem, remedy).issues);
                    }
                }
                instance.sha256.clone_from(&base.instance.sha256);
                instance.scenario = Some(Arc::clone(&self.written));
                let faults =
                    self.sweep.as_ref().map_or_else(Vec::new, |teams| teams.faults(self, &base.instance, &instance));
                for (problem, remedy) in faults {
                    issues.extend(Refusal::whole_file(named, "E601", problem, remedy).issues);
                }
                if issues.is_empty() { Ok(instance) } else { Err(Refusal { issues }) }
            }
            Ok(_) => Err(Refusal { issues }),
            Err(refusal) => {
                issues.extend(refusal.issues);
                Err(Refusal { issues })
            }
        }
    }

    /// Removes, opens and adds reps. A rep who is removed keeps its place, as a vacancy: its customers are owned by nobody
    /// who could visit them. Says who is a copy of whom.
    fn change_reps(&self, document: &mut Document<'_>, fault: &mut dyn FnMut(String, String)) -> Vec<RepCopy> {
        let Some(reps) = document.field("reps").filter(|_| self.changes_reps()) else { return Vec::new() };
        let ids = reps.ids();
        let mut change = |reps: &mut Document<'_>, verb: &str, id: &str, from: &str, to: &str| {
            let Some(rep) = reps.element(id).filter(|_| ids.iter().any(|known| known == id)) else {
                let remedy = format!("name a rep of the instance{}", did_you_mean(id, ids.iter().map(String::as_str)));
                return fault(format!("{verb} rep \"{id}\", who is not in the instance"), remedy);
            };
            let status = rep.text_of("status").unwrap_or_else(|| "active".to_owned());
            if status != from {
                return fault(format!("{verb} rep \"{id}\", who is {status}"), format!("name a rep who is {from}"));
            }
            if let Some(place) = rep.field_or_new("status") {
                *place = Document::Set(format!("\"{to}\""));
            }
        };
        for id in &self.remove_reps {
            change(reps, "removes", id, "active", "vacant");
        }
        for id in &self.open {
            change(reps, "opens", id, "candidate", "active");
        }
        let mut copies = Vec::new();
        for rep in &self.add_reps {
            match RepCopy::read(reps, rep.get()) {
                None => reps.push(rep.get().to_owned()),
                Some(Err((problem, remedy))) => fault(problem, remedy),
                Some(Ok(copy)) => {
                    reps.push(copy.text.clone());
                    copies.push(copy);
                }
            }
        }
        copies
    }

    /// The reps (ids) who are added and work.
    pub fn added(&self) -> Vec<String> {
        let works = |rep: &Value| rep.get("status").is_none_or(|status| status == "active");
        let id = |rep: Value| Some(rep.get("id").filter(|_| works(&rep))?.as_str()?.to_owned());
        self.add_reps.iter().filter_map(|rep| id(serde_json::from_str(rep.get()).ok()?)).collect()
    }

    fn changes_reps(&self) -> bool {
        !(self.remove_reps.is_empty() && self.open.is_empty() && self.add_reps.is_empty())
    }
}

impl Scale {
    /// Multiplies, and says for how many customers.
    fn apply(&self, instance: &mut Instance) -> usize {
        let chosen: Vec<bool> =
            instance.customers.iter().map(|customer| customer.is_one_of(&self.who, instance)).collect();
        let count = chosen.iter().filter(|chosen| **chosen).count();
        for (customer, _) in instance.customers.iter_mut().zip(chosen).filter(|(_, chosen)| *chosen) {
            let Some(curve) = &mut customer.curve else { continue };
            match self.field {
                ScaledField::VisitValue => curve.first_visit *= self.by.as_f64(),
                ScaledField::Potential => curve.potential *= self.by.as_f64(),
            }
            curve.first_visit = curve.first_visit.min(curve.potential);
        }
        count
    }
}

/// Most reps of a team.
pub const MOST_REPS: i64 = 10_000;

fn read<'a>(reader: &mut Reader<'a>, root: Node<'a>) -> Option<Scenario> {
    let mut fields = reader.object(root)?;
    let name = fields.require(reader, "scenario", Reader::id);
    let ids = |reader: &mut Reader<'a>, node| reader.list_of(node, Reader::id);
    let strings = |ids: Option<Vec<Box<str>>>| ids.unwrap_or_default().into_iter().map(String::from).collect();
    let remove_reps = strings(fields.get(reader, "remove_reps", ids));
    let open = strings(fields.get(reader, "open", ids));
    let add_reps = fields.get(reader, "add_reps", |r, n| r.list_of(n, raw)).unwrap_or_default();
    let set = fields.get(reader, "set", |r, n| {
        let mut fields = r.object(n)?;
        let pairs: Vec<_> = fields.rest().collect();
        Some(pairs.into_iter().filter_map(|(path, node)| Some((path.into_owned(), raw(r, node)?))).collect())
    });
    let scale = fields.get(reader, "scale", |r, n| r.list_of(n, read_scale)).unwrap_or_default();
    let instance = fields.get(reader, "instance", Reader::string);
    let sweep = fields.get(reader, "sweep", |r, n| {
        let mut fields = r.object(n)?;
        let least = fields.require(r, "least", |r, n| r.whole(n, MOST_REPS));
        let order = fields.require(r, "order", ids);
        fields.finish(r);
        Some(Teams { least: least? as usize, order: strings(order) })
    });
    fields.finish(reader);
    let name = name?.into();
    let set = set.unwrap_or_default();
    Some(Scenario { name, remove_reps, open, add_reps, set, scale, instance, sweep, written: "".into() })
}

/// A value as it is written.
fn raw<'a>(_: &mut Reader<'a>, node: Node<'a>) -> Option<Box<RawValue>> {
    RawValue::from_string(node.text.to_owned()).ok()
}

fn read_scale<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Scale> {
    let words = [("visit_value", ScaledField::VisitValue), ("potential", ScaledField::Potential)];
    let mut fields = reader.object(node)?;
    let field = fields.require(reader, "field", |r, n| r.word(n, &words));
    let by = fields.require(reader, "by", Reader::factor);
    let who = fields.get(reader, "where", who).unwrap_or_default();
    fields.finish(reader);
    Some(Scale { field: field?, by: by?, who })
}
