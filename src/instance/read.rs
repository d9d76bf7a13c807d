//! Reading an instance: bytes to checked data, or every problem in them.

use super::customer::Customer;
use super::lookup::Lookup;
use super::rep::Rep;
use super::unique::unique;
use super::{Instance, Pool};
use crate::json::{Fields, Kind, Located, Node, Notices, Reader, Refusal, did_you_mean, sha256, utf8};
use crate::model::{PlanningModel, Who, built_in, built_in_names};

/// Finds the text of a planning model that is not built in: the path in the instance to its text, or why there is none.
pub type TextSource<'s> = &'s dyn Fn(&str) -> Result<String, String>;

/// Where the planning model comes from.
#[derive(Clone)]
pub enum ModelSource<'s> {
    /// From the instance; paths are resolved by the function.
    Instance(TextSource<'s>),
    /// This model, whatever the instance says.
    Given(Box<PlanningModel>),
}

impl Instance {
    /// Reads an instance whose model is built in or inline.
    pub fn from_json(text: &str) -> Result<Instance, Refusal> {
        let no_files = |_: &str| Err("only built-in and inline models can be used here".to_owned());
        Instance::read("instance", text.as_bytes(), &ModelSource::Instance(&no_files))
    }

    /// Reads the bytes of a `visitplan-instance/1` document; `file` names it in messages.
    ///
    /// Reports every problem of the document at once.
    pub fn read(file: &str, bytes: &[u8], model_source: &ModelSource<'_>) -> Result<Instance, Refusal> {
        let source = utf8(file, bytes)?;
        let (opened, digest) = rayon::join(|| Reader::open(file, source), || sha256(bytes));
        let (mut reader, root) = opened?;
        let mut elsewhere = Vec::new();
        let fields = reader.object(root);
        let instance = fields.and_then(|fields| read_fields(&mut reader, fields, model_source, &mut elsewhere));
        let here = reader.finish(file);
        match (here, instance) {
            (Ok(notices), Some(instance)) if elsewhere.is_empty() => {
                Ok(Instance { notices, sha256: digest, ..instance })
            }
            (here, _) => {
                let mut issues = here.err().map(|refusal| refusal.issues).unwrap_or_default();
                issues.extend(elsewhere);
                Err(Refusal { issues })
            }
        }
    }
}

fn read_fields<'a>(
    reader: &mut Reader<'a>,
    mut fields: Fields<'a>,
    model_source: &ModelSource<'_>,
    elsewhere: &mut Vec<Located>,
) -> Option<Instance> {
    if !reader.format(&mut fields, "visitplan-instance/1") {
        return None;
    }
    let model_node = fields.node.at(&["model"]).unwrap_or(fields.node);
    let model = read_model(reader, &mut fields, model_source, elsewhere);
    let period = fields.get(reader, "period", |reader, node| {
        let mut fields = reader.object(node)?;
        let start = fields.get(reader, "start", date);
        let weeks = fields.get(reader, "weeks", |r, n| r.integer(n, 1, 1000)).unwrap_or(13);
        fields.finish(reader);
        Some((start, u32::try_from(weeks).unwrap_or(13)))
    });
    let (start, weeks) = period.unwrap_or((None, 13));
    let name = fields.get(reader, "name", Reader::string).unwrap_or_default();
    let currency = fields.get(reader, "currency", Reader::string).unwrap_or_default();

    let mut complete = false;
    let reps = fields.require(reader, "reps", |reader, node| {
        let (nodes, reps) = reader.long_list_of(node, |reader, node| Rep::read(reader, node, &model, weeks))?;
        complete = reps.iter().all(Option::is_some);
        Some(unique(reader, "rep", &nodes, reps, |rep| &rep.id))
    });
    let pools = fields.get(reader, "telesales", |reader, node| {
        let (nodes, pools) = reader.long_list_of(node, Pool::read)?;
        complete &= pools.iter().all(Option::is_some);
        Some(unique(reader, "pool", &nodes, pools, |pool| &pool.id))
    });
    let (reps, pools) = (reps.unwrap_or_default(), pools.unwrap_or_default());
    let lookup = Lookup::new(&reps, &pools, complete);
    let customers = fields.require(reader, "customers", |reader, node| {
        let read = |reader: &mut Reader<'a>, node| Customer::read(reader, node, &model, &reps, &lookup);
        let (nodes, customers) = reader.long_list_of(node, read)?;
        Some(unique(reader, "customer", &nodes, customers, |customer| &customer.id))
    });
    fields.finish(reader);
    let instance = Instance {
        name,
        currency,
        start,
        weeks,
        reps,
        pools,
        customers: customers.unwrap_or_default(),
        model,
        sha256: String::new(),
        scenario: None,
        notices: Notices::default(),
    };
    check_rules(reader, model_node, &instance);
    Some(instance)
}

/// The planning model; where it is faulty, the defaults, so that the rest can still be checked.
fn read_model<'a>(
    reader: &mut Reader<'a>,
    fields: &mut Fields<'a>,
    source: &ModelSource<'_>,
    elsewhere: &mut Vec<Located>,
) -> PlanningModel {
    let default = || {
        let text = built_in("field-sales").unwrap_or_default();
        PlanningModel::from_json("field-sales", text).expect("the built-in models are tested")
    };
    let node = fields.take("model");
    let files = match source {
        ModelSource::Given(model) => return PlanningModel::clone(model),
        ModelSource::Instance(files) => files,
    };
    let Some(node) = node else { return default() };
    if node.kind() == Kind::Object {
        return PlanningModel::read(reader, node).unwrap_or_else(default);
    }
    let Some(name) = reader.text(node) else { return default() };
    let text = match built_in(&name) {
        Some(text) => text.to_owned(),
        None => match files(&name) {
            Ok(text) => text,
            Err(why) => {
                let known: Vec<&str> = built_in_names().collect();
                let remedy = format!(
                    "name a built-in model ({}) or the path of a model file, relative to the instance{}",
                    known.join(", "),
                    did_you_mean(&name, known.iter().copied())
                );
                reader.fault(node, "E401", format!("is no model that can be read: {why}"), remedy);
                return default();
            }
        },
    };
    PlanningModel::from_json(&name, &text).unwrap_or_else(|refusal| {
        elsewhere.extend(refusal.issues);
        default()
    })
}

/// `YYYY-MM-DD`.
fn date<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<String> {
    let text = reader.string(node)?;
    let parts: Vec<&str> = text.split('-').collect();
    let shape = text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if text.len() == 10 && shape {
        let number = |at: usize| parts[at].parse::<u32>().unwrap_or(0);
        let leap = number(0) % 4 == 0 && (number(0) % 100 != 0 || number(0) % 400 == 0);
        let days = match number(1) {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if (1..=days).contains(&number(2)) {
            return Some(text);
        }
    }
    reader.fault(node, "E209", "is not a day of the calendar", "write the day as \"2026-07-01\"");
    None
}

/// A minimum about nobody cannot be meant, nor a rep who does not exist. `model` is where the model stands.
fn check_rules(reader: &mut Reader<'_>, model: Node<'_>, instance: &Instance) {
    for (number, rule) in instance.model.rules.iter().enumerate() {
        let Some(who) = rule.who() else { continue };
        let number = number.to_string();
        let path = ["rules", &number, rule.name(), "who"];
        // A model from another file has no places here.
        let place = model.at(&path).or(model.at(&path[..3])).unwrap_or(model);
        let ids = || instance.reps.iter().map(|rep| &*rep.id);
        for (at, owner) in who.owner.iter().enumerate() {
            if !ids().any(|id| id == owner) {
                let node = place.at(&["owner", &at.to_string()]).unwrap_or(place);
                let remedy = format!("name a rep that exists{}", did_you_mean(owner, ids()));
                reader.fault(node, "E401", "is no rep of this instance", remedy);
            }
        }
        let nobody = || !instance.customers.iter().any(|customer| customer.is_one_of(who, instance));
        if rule.is_minimum() && who.owner.iter().all(|owner| ids().any(|id| id == owner)) && nobody() {
            reader.fault(place, "E311", "selects no customer", "change \"who\" or remove the rule");
        }
    }
}

impl Customer {
    /// Whether a rule's conditions all hold for the customer.
    pub fn is_one_of(&self, who: &Who, instance: &Instance) -> bool {
        let named = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|name| name == value))
        };
        (who.status.is_empty() || who.status.contains(&self.status))
            && named(&who.segment, self.segment.as_deref())
            && named(&who.owner, self.owner.map(|rep| &*instance.reps[rep as usize].id))
            && who.tags.iter().all(|(label, texts)| named(texts, self.tags.get(label)))
    }
}
