//! Why there is no plan, in a planner's words and with the arithmetic, from the certificate that proves it.

use crate::certificate::{Certificate, RowPrice, TreeNode};
use crate::decision::Overlay;
use crate::instance::{Customer, Instance};
use crate::model::Rule;
use crate::problem::{Problem, RowKind};
use crate::units::{Minutes, Money};

/// Most customers named in one reason.
const NAMED: usize = 5;

/// The reasons, one sentence or list entry each; at least one.
pub fn reasons(instance: &Instance, problem: &Problem, certificate: &Certificate) -> Vec<String> {
    let impossible: Vec<usize> =
        (0..problem.customers()).filter(|&customer| problem.choices(customer).next().is_none()).collect();
    if !impossible.is_empty() {
        let mut reasons: Vec<String> =
            impossible.iter().take(20).map(|&c| without_option(instance, &instance.customers[c])).collect();
        if impossible.len() > reasons.len() {
            reasons.push(format!("and {} more customers without any option", impossible.len() - reasons.len()));
        }
        return reasons;
    }
    let rows = clashing(problem, certificate);
    let Some(tree) = &certificate.tree else {
        if let [row] = rows[..] {
            return one_row(instance, problem, row);
        }
        return together(instance, problem, certificate, &rows);
    };
    let mut reasons = vec![format!(
        "each limit can be met alone, and no plan meets all of these together; {} cases were checked:",
        tree.leaves()
    )];
    reasons.extend(rows.into_iter().map(|row| format!("- {}", limit(instance, problem, row))));
    reasons
}

/// The rows that the proof needs, each once.
fn clashing(problem: &Problem, certificate: &Certificate) -> Vec<usize> {
    let priced = |rows: &[RowPrice]| -> Vec<usize> {
        let named = rows.iter().filter(|row| row.price > 0);
        named.filter_map(|priced| problem.rows.iter().position(|row| row.name == priced.row)).collect()
    };
    let Some(tree) = &certificate.tree else { return priced(&certificate.rows) };
    let leaves = tree.nodes.iter().filter_map(|node| match node {
        TreeNode::Leaf { rows, .. } => Some(priced(rows)),
        TreeNode::Split { .. } | TreeNode::Fix { .. } => None,
    });
    let mut rows: Vec<usize> = leaves.flatten().collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The decisions made by hand among what cannot be met, with what each needs of the limits that clash, and what its
/// customer would need without it. `free` is the problem without decisions.
pub fn decisions(
    instance: &Instance,
    problem: &Problem,
    free: &Problem,
    certificate: &Certificate,
    overlay: &Overlay,
) -> Vec<String> {
    let rows = clashing(problem, certificate);
    let is_time = rows.iter().all(|&row| problem.rows[row].kind.is_time());
    let need = |problem: &Problem, customer: usize| -> i64 {
        rows.iter().map(|&row| least_use(problem, row, customer)).max().unwrap_or(0)
    };
    let mut found: Vec<(i64, usize, String)> = Vec::new();
    for decided in &overlay.decided {
        let impossible = problem.choices(decided.customer).next().is_none();
        let (with, without) = (need(problem, decided.customer), need(free, decided.customer));
        if !impossible && with <= without {
            continue;
        }
        let amount = match (impossible, is_time) {
            (true, _) => "is none of the customer's options".to_owned(),
            (false, true) => format!("needs {}, {} without the decision", Minutes(with), Minutes(without)),
            (false, false) => "is one of the commitments".to_owned(),
        };
        let name = &instance.customers[decided.customer].id;
        found.push((
            without - with,
            decided.customer,
            format!("{name}: {} {amount}", decided.decision.words(instance)),
        ));
    }
    found.sort();
    found.into_iter().map(|(_, _, sentence)| format!("- decided by hand: {sentence}")).collect()
}

/// Why a customer has no option at all.
fn without_option(instance: &Instance, customer: &Customer) -> String {
    let name = customer.display_name();
    let most = customer.coverage.iter().map(|coverage| coverage.most).max();
    let mut asked = Vec::new();
    if customer.visits.min > 0 {
        asked.push(format!("at least {} visits", customer.visits.min));
    }
    if customer.calls.min > 0 {
        asked.push(format!("at least {} calls", customer.calls.min));
    }
    if let Some(lock) = customer.lock {
        if let Some(rep) = lock.rep {
            asked.push(format!("a visit by {}", instance.reps[rep as usize].name));
        }
        asked.extend(lock.visits.map(|visits| format!("exactly {visits} visits")));
        asked.extend(lock.calls.map(|calls| format!("exactly {calls} calls")));
    }
    let pools = customer.pools.as_ref().map_or(instance.pools.len(), Vec::len);
    let lock = customer.lock.unwrap_or_default();
    let asks_calls = customer.calls.min > 0 || lock.calls.unwrap_or(0) > 0;
    let asks_visits = customer.visits.min > 0 || lock.rep.is_some() || lock.visits.unwrap_or(0) > 0;
    let (offered, remedy) = match (asks_visits, asks_calls) {
        (_, true) if pools == 0 => ("no telesales pool may call".to_owned(), "lower calls.min or add a telesales pool"),
        (true, true) if !instance.model.mix => {
            let both = "visits and calls together are not planned (mix is false)";
            (both.to_owned(), "ask for one of the two, or set the model's mix to true")
        }
        (true, true) => ("that many together are more than it tolerates".to_owned(), "lower one of the two"),
        (false, true) => (format!("at most {} calls", customer.calls.max), "lower calls.min or raise calls.max"),
        _ => match most {
            None => ("no active rep with the skills covers it".to_owned(), "lower visits.min or add coverage"),
            Some(most) => {
                (format!("its reps may make at most {most} visits"), "lower visits.min or let them make more")
            }
        },
    };
    format!("customer {} ({name}) needs {}, and {offered}. Fix: {remedy}", customer.id, asked.join(" and "))
}

/// Each customer's least use of a row, with the options it has.
fn least_uses(problem: &Problem, row: usize) -> Vec<(usize, i64)> {
    (0..problem.customers()).map(|customer| (customer, least_use(problem, row, customer))).collect()
}

fn least_use(problem: &Problem, row: usize, customer: usize) -> i64 {
    let uses = problem.choices(customer).map(|choice| {
        let mut used = 0;
        problem.for_each_use(customer, choice, |at, amount| used += if at == row { amount } else { 0 });
        used
    });
    uses.min().unwrap_or(0)
}

/// One row that even the least uses overdraw.
fn one_row(instance: &Instance, problem: &Problem, row: usize) -> Vec<String> {
    let mut uses = least_uses(problem, row);
    let least: i64 = uses.iter().map(|(_, used)| used).sum();
    let capacity = problem.rows[row].capacity;
    let rep = |rep: u32| &instance.reps[rep as usize].name;
    let mut reasons = vec![match problem.rows[row].kind {
        RowKind::RepMinutes(r) => format!(
            "commitments of {} need {}, and there are {}. Fix: give {} more, or lower minima or locks of these customers",
            rep(r),
            Minutes(least),
            Minutes(capacity),
            Minutes(least - capacity)
        ),
        RowKind::RepLeast(r) => format!(
            "{} must plan at least {}, and all visits that are possible come to {}. Fix: lower min_hours or add customers",
            rep(r),
            Minutes(-capacity),
            Minutes(-least)
        ),
        RowKind::RepCustomers(r) => format!(
            "{} must visit at least {least} customers, and max_customers is {capacity}. Fix: raise max_customers or lower minima",
            rep(r)
        ),
        RowKind::PoolMinutes(p) => format!(
            "committed calls of {} need {}, and there are {}. Fix: add hours or lower calls.min",
            instance.pools[p as usize].id,
            Minutes(least),
            Minutes(capacity)
        ),
        RowKind::Rule(k) => rule_alone(&instance.model.rules[k as usize], k, least, capacity),
    }];
    uses.retain(|&(_, used)| used > 0);
    uses.sort_by_key(|&(customer, used)| (-used, customer));
    let shown = |&(customer, used): &(usize, i64)| {
        let amount = if problem.rows[row].kind.is_time() { format!(" {}", Minutes(used)) } else { String::new() };
        format!("{}{amount}", instance.customers[customer].id)
    };
    if !uses.is_empty() {
        let named: Vec<String> = uses.iter().take(NAMED).map(shown).collect();
        let more = if uses.len() > NAMED { format!(" and {} more", uses.len() - NAMED) } else { String::new() };
        reasons.push(format!("- the largest of {}: {}{more}", uses.len(), named.join(", ")));
    }
    reasons
}

fn rule_alone(rule: &Rule, number: u32, least: i64, capacity: i64) -> String {
    let name = format!("rule {number} ({})", rule.name());
    match rule {
        Rule::MinVisits { visits, .. } => format!("{name} wants {visits} visits, and at most {} are possible", -least),
        Rule::MaxVisits { visits, .. } => format!("{name} allows {visits} visits, and {least} are committed"),
        Rule::MinRevenue { revenue, .. } => {
            format!("{name} wants {revenue}, and at most {} are possible", Money(-least))
        }
        Rule::MaxCost { cost } => format!("{name} allows {cost}, and commitments cost {}", Money((least + 59) / 60)),
        Rule::MaxChangedOwners { customers } => {
            format!("{name} allows {customers} customers, and {least} must be visited by another rep than their owner")
        }
        Rule::MaxChangedCustomers { .. } => {
            format!("{name} allows {capacity} customers to change, and {least} must")
        }
        Rule::MinShare { share, .. } | Rule::MaxShare { share, .. } => {
            format!("{name} with the share {share} cannot hold, whatever is planned")
        }
    }
}

/// Several rows that cannot be met together: with weights, their sum is a row that even the least uses overdraw.
fn together(instance: &Instance, problem: &Problem, certificate: &Certificate, rows: &[usize]) -> Vec<String> {
    let weight = |row: usize| -> i128 {
        let name = &problem.rows[row].name;
        certificate.rows.iter().find(|priced| priced.row == *name).map_or(0, |priced| i128::from(priced.price))
    };
    let has: i128 = rows.iter().map(|&row| weight(row) * i128::from(problem.rows[row].capacity)).sum();
    let mut needs: i128 = 0;
    for customer in 0..problem.customers() {
        let least = problem.choices(customer).map(|choice| {
            let mut used = 0;
            problem.for_each_use(customer, choice, |row, amount| used += weight(row) * i128::from(amount));
            used
        });
        needs += least.min().unwrap_or(0);
    }
    let equal = rows.windows(2).all(|pair| weight(pair[0]) == weight(pair[1]));
    let times = rows.iter().all(|&row| problem.rows[row].kind.is_time());
    let one = rows.first().map_or(1, |&row| weight(row).max(1));
    let spoken = |sum: i128| Minutes(i64::try_from(sum / one).unwrap_or(i64::MAX)).to_string();
    let mut reasons = vec![if equal && times {
        format!(
            "these limits cannot be met together: they have {}, and commitments need at least {}. Fix: give more time, \
             or lower minima",
            spoken(has),
            spoken(needs)
        )
    } else {
        "these limits cannot be met together. Fix: loosen one of them".to_owned()
    }];
    reasons.extend(rows.iter().map(|&row| format!("- {}", limit(instance, problem, row))));
    reasons
}

/// A limit in words.
fn limit(instance: &Instance, problem: &Problem, row: usize) -> String {
    let capacity = problem.rows[row].capacity;
    let rep = |rep: u32| &instance.reps[rep as usize].name;
    match problem.rows[row].kind {
        RowKind::RepMinutes(r) => format!("{} has {}", rep(r), Minutes(capacity)),
        RowKind::RepLeast(r) => format!("{} must plan at least {}", rep(r), Minutes(-capacity)),
        RowKind::RepCustomers(r) => format!("{} may hold at most {capacity} customers", rep(r)),
        RowKind::PoolMinutes(p) => format!("{} has {} for calls", instance.pools[p as usize].id, Minutes(capacity)),
        RowKind::Rule(k) => {
            let rule = &instance.model.rules[k as usize];
            let says = match rule {
                Rule::MinVisits { visits, .. } => format!("wants {visits} visits"),
                Rule::MaxVisits { visits, .. } => format!("allows {visits} visits"),
                Rule::MinRevenue { revenue, .. } => format!("wants {revenue}"),
                Rule::MaxCost { cost } => format!("allows {cost}"),
                Rule::MinShare { share, .. } => format!("wants a share of {share}"),
                Rule::MaxShare { share, .. } => format!("allows a share of {share}"),
                Rule::MaxChangedOwners { .. } | Rule::MaxChangedCustomers { .. } => {
                    format!("allows {capacity} customers")
                }
            };
            format!("rule {k} ({}) {says}", rule.name())
        }
    }
}
