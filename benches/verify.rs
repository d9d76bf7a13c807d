//! How long reading, finding errors and verifying take on a large instance: `cargo bench --bench verify [-- CUSTOMERS REPS]`.
//!
//! By default 100,000 customers x 5 covering reps x 13 visits. The plan is filled in the order of the file and its
//! prices are made up: what is measured is the check, not the plan.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use support::{Assignment, certified_plan};
use visitplan::certificate::{Certificate, LeafKnapsack, Split, Test, Tree, TreeNode, bound_by_knapsacks, named};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Plan, PlanDocument, ProvenBy};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::verify;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u32>().ok());
    let (customers, reps) = (numbers.next().unwrap_or(100_000), numbers.next().unwrap_or(1000));
    let text = generate(Request { family: Family::Field, customers, reps, seed: 1 });

    println!("{customers} customers, {reps} reps, {:.0} MB", text.len() as f64 / 1e6);
    let start = Instant::now();
    let plain: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    timed("serde_json into a tree (for comparison)", start);
    drop(plain);
    let start = Instant::now();
    let instance = Instance::from_json(&text).expect("a valid instance");
    timed("read and check the instance", start);
    let faulty = text.replace("\"visit_value\"", "\"visit_valeu\"");
    let start = Instant::now();
    let refusal = Instance::from_json(&faulty).expect_err("a misspelt field in every customer");
    timed("find and place an error in every customer", start);
    println!("{} errors, the last: {}", refusal.issues.len(), refusal.issues[refusal.issues.len() - 1]);
    let start = Instant::now();
    let problem = Problem::new(&instance).expect("sums that fit");
    timed("build the options", start);
    println!("{} options", problem.choice_count());

    let plan = made_up_plan(&problem);
    let start = Instant::now();
    let document = PlanDocument::new(&instance, &problem, &plan).to_text();
    timed("write the plan", start);
    let start = Instant::now();
    let verified = verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
    timed("verify, the plan's parsing included", start);
    println!("{verified}");
    knapsacks();
    shared_customers();
    trees();
}

/// Every customer with many possible reps: prices that are nearly the best, and what they leave each customer with.
fn shared_customers() {
    let (customers, reps) = (5_000, 50);
    let text = generate(Request { family: Family::Field, customers, reps, seed: 7 });
    let instance = Instance::from_json(&text).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    println!("{customers} customers, {reps} reps, shared: {} options", problem.choice_count());
    let mut plan = made_up_plan(&problem);
    let rows = dual_prices(&problem, &plan);
    let customers = best_values(&problem, &rows);
    let certificate = Certificate::of_prices(&problem, 1000, &rows).with_knapsack(&problem, &rows, customers);
    let start = Instant::now();
    let bounds = certificate.bounds(&problem).expect("knapsacks that are not too hard");
    timed("bounds", start);
    println!("{bounds:?}, the plan {}", plan.value);
    let (bound, proven_by) = (bounds.least(), ProvenBy::Knapsack);
    plan = Plan { bound, proven_by, certified: bound, certificate, ..plan };
    let document = PlanDocument::new(&instance, &problem, &plan).to_text();
    let start = Instant::now();
    let verified = verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
    timed("verify", start);
    println!("{verified}");
}

/// 50,000 customers of 500 reps, each customer with its owner only: one knapsack per rep proves the best plan.
fn knapsacks() {
    let (customers, reps) = (50_000, 500);
    let text = generate(Request { family: Family::Anchored, customers, reps, seed: 1 });
    let instance = Instance::from_json(&text).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    println!("{customers} customers, {reps} reps, owners kept: {} options", problem.choice_count());
    let rows = vec![0; problem.rows.len()];
    // As a search leaves them: of any sign, without a common factor.
    let prices: Vec<i64> = (0..i64::from(customers)).map(|at| (at * 7_919_123 % 40_000_000) - 2_000_000).collect();
    for (what, prices) in [("without prices of customers", Vec::new()), ("with prices of customers", prices)] {
        let start = Instant::now();
        let bound = bound_by_knapsacks(&problem, 1000, &rows, &prices).expect("knapsacks that are not too hard");
        timed(&format!("bound {what}"), start);
        let mut plan = made_up_plan(&problem);
        plan.certificate = Certificate::of_prices(&problem, 1000, &rows).with_knapsack(&problem, &rows, prices);
        let (proven_by, certified) = (ProvenBy::Knapsack, bound);
        let document = PlanDocument::new(&instance, &problem, &Plan { bound, proven_by, certified, ..plan }).to_text();
        let start = Instant::now();
        let verified = verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
        timed(&format!("verify {what}"), start);
        println!("{verified}");
    }
}

/// Trees as a search leaves them: few leaves over many options, and very many over few.
fn trees() {
    let text = generate(Request { family: Family::Field, customers: 500, reps: 10, seed: 1 });
    tree("500 customers, 10 reps", &text, 5_000, 100);
    let jobs = random_assignment(10, 100).instance().to_string();
    tree("100 jobs, 10 agents", &jobs, 100_000, 10);
}

/// A tree of random splits, each leaf with other prices of so many customers; what is measured is the check.
fn tree(what: &str, text: &str, leaves: usize, changed: usize) {
    let instance = Instance::from_json(text).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    println!("{what}: {} options", problem.choice_count());
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let mut below = move |count: usize| (dice.next_u64() % count as u64) as usize;
    let mut plan = made_up_plan(&problem);
    let rows = dual_prices(&problem, &plan);
    let customers = best_values(&problem, &rows);
    for by_knapsacks in [false, true] {
        let mut nodes = vec![None];
        let (mut open, mut closed) = (vec![(0, 0)], 0);
        while open.len() + closed < leaves {
            // Deep rather than wide, as a search goes.
            let (at, depth) = open.swap_remove(open.len() - 1 - below(open.len().min(4000)));
            // Not deeper than there are customers: nobody is asked twice, so that options are left in all leaves.
            let customer = depth * 7 % problem.customers();
            if depth >= 60 {
                closed += 1;
                continue;
            }
            let options: Vec<Choice> = problem.choices(customer).collect();
            let lane = options[below(options.len())].lane().map(|lane| problem.lane(lane));
            let test = match lane.and_then(|lane| lane.rep) {
                Some(rep) => Test::Rep { rep, id: instance.reps[rep as usize].id.to_string() },
                None => Test::Visits(1),
            };
            let split = Split { customer, id: instance.customers[customer].id.to_string(), test };
            let (yes, no) = (nodes.len(), nodes.len() + 1);
            nodes[at] = Some(TreeNode::Split { split, yes, no });
            nodes.extend([None, None]);
            open.extend([no, yes].map(|child| (child, depth + 1)));
        }
        let mut leaf = || {
            if !by_knapsacks {
                let mut rows = rows.clone();
                rows.iter_mut().for_each(|price| *price += below(1000) as i64);
                return TreeNode::Leaf { rows: named(&problem, &rows), knapsack: None };
            }
            let first = below(customers.len());
            let listed = (first..first + changed).map(|at| at % customers.len());
            let customers = listed.map(|at| (at, customers[at] + below(2_000_000) as i64 - 1_000_000)).collect();
            TreeNode::Leaf { rows: Vec::new(), knapsack: Some(LeafKnapsack { customers, shared_rows: Vec::new() }) }
        };
        let nodes = nodes.into_iter().map(|node| node.unwrap_or_else(&mut leaf)).collect();
        let certificate = Certificate::of_prices(&problem, 1000, &rows);
        let certificate = certificate.with_knapsack(&problem, &rows, customers.clone());
        let start = Instant::now();
        plan.certificate = Certificate { tree: Some(Tree { nodes }), ..certificate };
        let bounds = plan.certificate.bounds_beside(&problem, plan.value).expect("a tree in order");
        timed(&format!("{leaves} leaves, {}", if by_knapsacks { "by knapsacks" } else { "by prices" }), start);
        println!("{bounds:?}");
        (plan.bound, plan.proven_by, plan.certified) = (bounds.least(), ProvenBy::Tree, bounds.least());
        if bounds.tree != Some(bounds.least()) {
            plan.proven_by = ProvenBy::Knapsack;
        }
        let start = Instant::now();
        let document = PlanDocument::new(&instance, &problem, &plan).to_text();
        timed(&format!("write it, {:.0} MB", document.len() as f64 / 1e6), start);
        let start = Instant::now();
        verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
        timed("verify it, reading included", start);
    }
}

/// A generalised assignment problem like those of the literature: uses and profits from 5 to 25, tight capacities.
fn random_assignment(agents: usize, jobs: usize) -> Assignment {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let mut table = || -> Vec<Vec<i64>> {
        (0..agents).map(|_| (0..jobs).map(|_| 5 + (dice.next_u64() % 21) as i64).collect()).collect()
    };
    let (profit, usage) = (table(), table());
    let capacity = usage.iter().map(|uses| uses.iter().sum::<i64>() * 8 / (10 * agents as i64)).collect();
    Assignment { profit, usage, capacity }
}

/// Prices of the rows that come near the best ones: where a row is overdrawn its price rises, else it falls.
fn dual_prices(problem: &Problem, plan: &Plan) -> Vec<i64> {
    let mut prices = vec![0_i64; problem.rows.len()];
    let most = 2_000 * plan.value / problem.rows.iter().map(|row| row.capacity).sum::<i64>().max(1);
    for round in 1..=200 {
        let mut uses = vec![0; prices.len()];
        for customer in 0..problem.customers() {
            let best = problem.choices(customer).max_by_key(|&choice| reduced(problem, &prices, customer, choice));
            problem.for_each_use(customer, best.expect("an option"), |row, amount| uses[row] += amount);
        }
        for (price, (row, used)) in prices.iter_mut().zip(problem.rows.iter().zip(uses)) {
            let over = (used - row.capacity) as f64 / row.capacity.max(1) as f64;
            *price = (*price + (over.clamp(-1.0, 1.0) * most as f64 * 3.0 / f64::from(round)) as i64).max(0);
        }
    }
    prices
}

/// What an option leaves of its value, times 1,000.
fn reduced(problem: &Problem, prices: &[i64], customer: usize, choice: Choice) -> i64 {
    let mut reduced = 1000 * problem.value(choice);
    problem.for_each_use(customer, choice, |row, amount| reduced -= prices[row] * amount);
    reduced
}

/// The most that each customer is left with: prices at which knapsacks prove no less (`models/certificate.md`, section 7).
fn best_values(problem: &Problem, prices: &[i64]) -> Vec<i64> {
    let best = |customer| problem.choices(customer).map(|choice| reduced(problem, prices, customer, choice)).max();
    (0..problem.customers()).map(|customer| best(customer).unwrap_or(0)).collect()
}

fn timed(what: &str, start: Instant) {
    println!("{what:40} {:>8.3} s", start.elapsed().as_secs_f64());
}

/// For each customer the best option that still fits when every other has at least its first; every hour at one price.
fn made_up_plan(problem: &Problem) -> Plan {
    let first = |customer| problem.choices(customer).next().expect("an option");
    let mut choices: Vec<Choice> = (0..problem.customers()).map(first).collect();
    let uses = problem.row_uses(&choices);
    let mut left: Vec<i64> = problem.rows.iter().zip(uses).map(|(row, used)| row.capacity - used).collect();
    for (customer, best) in choices.iter_mut().enumerate() {
        problem.for_each_use(customer, *best, |row, amount| left[row] += amount);
        for choice in problem.choices(customer) {
            let mut fits = true;
            problem.for_each_use(customer, choice, |row, amount| fits &= amount <= left[row]);
            if fits && problem.value(choice) > problem.value(*best) {
                *best = choice;
            }
        }
        problem.for_each_use(customer, *best, |row, amount| left[row] -= amount);
    }
    let prices = vec![1_000; problem.rows.len()];
    certified_plan(problem, choices, Certificate::of_prices(problem, 1, &prices))
}
