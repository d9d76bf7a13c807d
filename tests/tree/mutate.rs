//! Changes to a plan or a proof, by those who want it to say more than is true.

use serde_json::{Value, json};
use visitplan::instance::Instance;
use visitplan::plan::{Names, PlanDocument, ReadPlan};
use visitplan::problem::{Choice, Problem};

use crate::case::Case;
use crate::support::branching::Dice;
use crate::support::certified_plan;

/// The pointers of all numbers.
fn numbers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Value::Number(_) => return found.push(pointer.to_owned()),
        _ => return,
    };
    for (name, value) in inner {
        numbers(value, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
    }
}

/// Changes a number anywhere below a place.
pub fn number(document: &mut Value, below: &str, dice: &mut Dice) {
    let mut found = Vec::new();
    numbers(document.pointer(below).unwrap_or(&Value::Null), below, &mut found);
    if found.is_empty() {
        return;
    }
    let place = document.pointer_mut(&found[dice.below(found.len())]).expect("a number");
    *place = match (place.as_i64(), dice.below(8)) {
        (Some(whole), 0) => json!(whole + 1),
        (Some(whole), 1) => json!(whole - 1),
        (Some(whole), 2) => json!(whole / 2),
        (Some(whole), 3) => json!(whole * 2),
        (Some(whole), 4) => json!(-whole),
        (Some(_), 5) => json!((1_i64 << 53) - 1),
        (Some(_), 6) => json!(dice.whole(0, 100_000)),
        (None, 0..=3) => json!((place.as_f64().unwrap_or(0.0) * 100.0 + 1.0).round() / 100.0),
        _ => json!(0),
    };
}

/// Changes the nodes of a tree, if there is one; what hangs below whom stays in order.
pub fn tree(document: &mut Value, case: &Case, dice: &mut Dice) {
    let Some(nodes) = document.pointer_mut("/certificate/tree/nodes").and_then(Value::as_array_mut) else { return };
    let (at, other) = (dice.below(nodes.len()), dice.below(nodes.len()));
    match dice.below(9) {
        // The wrong way round.
        0 => {
            let (yes, no) = (nodes[at]["yes"].clone(), nodes[at]["no"].clone());
            if yes.is_number() {
                (nodes[at]["yes"], nodes[at]["no"]) = (no, yes);
            }
        }
        // Another question.
        1 if nodes[at]["split"].is_object() => {
            let customer = match dice.chance(50) {
                true => nodes[at]["split"]["customer"].clone(),
                false => json!(*case.instance.customers[dice.below(case.instance.customers.len())].id),
            };
            nodes[at]["split"] = match dice.below(4) {
                0 if !case.instance.reps.is_empty() => {
                    json!({ "customer": customer, "rep": *case.instance.reps[dice.below(case.instance.reps.len())].id })
                }
                1 if !case.instance.pools.is_empty() => {
                    json!({ "customer": customer, "pool": *case.instance.pools[dice.below(case.instance.pools.len())].id })
                }
                2 => json!({ "customer": customer, "calls": dice.whole(0, 3) }),
                _ => json!({ "customer": customer, "visits": dice.whole(0, 4) }),
            };
        }
        // A leaf that claims too little, or what another one has.
        2 if nodes[at]["leaf"].is_object() => nodes[at]["leaf"] = json!({}),
        3 if nodes[at]["leaf"].is_object() => {
            nodes[at]["leaf"] = [json!({ "customers": [] }), json!({ "shared_rows": [] })][dice.below(2)].clone();
        }
        4 if nodes[at]["leaf"].is_object() && nodes[other]["leaf"].is_object() => nodes.swap(at, other),
        // A price that is no longer there.
        5 => {
            for place in ["/leaf/rows", "/leaf/customers", "/leaf/shared_rows", "/fix/rows"] {
                if let Some(list) = nodes[at].pointer_mut(place).and_then(Value::as_array_mut)
                    && !list.is_empty()
                {
                    list.remove(dice.below(list.len()));
                }
            }
        }
        // Half of the cases are forgotten, or all below a node.
        6 => nodes[at] = nodes[other.max(at)].clone(),
        7 => nodes[at] = json!({ "leaf": {} }),
        // More is dropped than before.
        _ => {
            let rows = document.pointer("/certificate/rows").cloned().unwrap_or_default();
            let nodes = document.pointer_mut("/certificate/tree/nodes").and_then(Value::as_array_mut).expect("nodes");
            let fix = json!({ "fix": { "rows": rows }, "next": nodes.len() });
            let below = std::mem::replace(&mut nodes[at], fix);
            nodes.push(below);
        }
    }
    let mut grown = Vec::new();
    grow(nodes_of(document), 0, &mut grown);
    document["certificate"]["tree"]["nodes"] = json!(grown);
}

fn nodes_of(document: &Value) -> &[Value] {
    document.pointer("/certificate/tree/nodes").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Writes all that hangs below a node anew, each node with a number of its own.
fn grow(nodes: &[Value], at: usize, grown: &mut Vec<Value>) -> usize {
    let number = grown.len();
    grown.push(nodes[at].clone());
    // A changed tree may lead in circles.
    for child in ["yes", "no", "next"].into_iter().filter(|_| number < 2000) {
        // A number that was changed before may be none of a node.
        if let Some(next) = nodes[at][child].as_u64().filter(|&next| next < nodes.len() as u64) {
            let next = grow(nodes, next as usize, grown);
            grown[number][child] = json!(next);
        }
    }
    number
}

/// Puts another plan in the place of the plan, all of it but what is claimed of it.
pub fn plan(document: &mut Value, case: &Case, dice: &mut Dice) {
    let plans: Vec<_> = case.best.iter().chain(&case.others).collect();
    if plans.is_empty() || document.get("assignments").is_none() {
        return;
    }
    let read = ReadPlan::from_json("plan", &document.to_string(), &case.instance).map(|read| read.certificate);
    let Ok(certificate) = read else { return };
    let other = certified_plan(&case.problem, plans[dice.below(plans.len())].clone(), certificate);
    let text = PlanDocument::new(&case.instance, &case.problem, &other).to_text();
    let other: Value = serde_json::from_str(&text).expect("JSON");
    for field in ["assignments", "uncovered", "revenue", "value", "figures"] {
        document[field] = other[field].clone();
    }
}

/// Changes a word about the plan, or claims that it is the best.
pub fn claim(document: &mut Value, dice: &mut Dice) {
    match dice.below(3) {
        0 => document["proven_by"] = json!(["prices", "knapsack", "tree", "solver"][dice.below(4)]),
        1 => {
            document["bound"] = document["value"].clone();
            (document["gap"], document["status"]) = (json!(0), json!("optimal"));
            document["stopped_by"] = Value::Null;
        }
        _ => (document["status"], document["stopped_by"]) = (json!("optimal"), Value::Null),
    }
}

/// Claims what the program itself computes from the certificate as it is now: then nothing but the certificate can be
/// what is wrong.
pub fn agree(document: &mut Value, instance: &Instance, problem: &Problem) {
    let text = document.to_string();
    let Ok(read) = ReadPlan::from_json("plan", &text, instance) else { return };
    let names = Names::of(instance);
    let mut choices = vec![Choice::NOTHING; problem.customers()];
    for assignment in &read.assignments {
        let customer = names.customer(&assignment.customer);
        let Some((customer, choice)) = customer.zip(names.choice(problem, assignment)) else { return };
        choices[customer] = choice;
    }
    if read.certificate.bounds_beside(problem, problem.total_value(&choices)).is_err() {
        return;
    }
    let agreed = certified_plan(problem, choices, read.certificate);
    let agreed: Value = serde_json::from_str(&PlanDocument::new(instance, problem, &agreed).to_text()).expect("JSON");
    for field in ["bound", "gap", "status", "stopped_by", "proven_by", "prices"] {
        document[field] = agreed[field].clone();
    }
}
