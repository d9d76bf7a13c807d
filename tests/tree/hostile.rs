//! Trees that are none, or that are made to take long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use visitplan::certificate::{Bound, Certificate, LeafKnapsack, RowPrice, Split, Test, Tree, TreeNode};
use visitplan::instance::Instance;
use visitplan::plan::{PlanDocument, ProvenBy, Status};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::{Rejected, verify};

use crate::support::{certified_plan, problem_of};

/// Two visits of an hour in 100 minutes: only one fits, by Anna or, for less, by Ben, who has time for neither.
fn crowded() -> (Instance, Problem) {
    let customer = |id: &str, revenue: i64| {
        json!({ "id": id, "coverage": [
            { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, revenue] },
            { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, revenue - 10] }] })
    };
    problem_of(&json!({
        "format": "visitplan-instance/1", "model": "field",
        "reps": [{ "id": "anna", "minutes": 100 }, { "id": "ben", "minutes": 50, "max_customers": 1 }],
        "customers": [customer("a", 60), customer("b", 50)]
    }))
}

fn leaf() -> TreeNode {
    TreeNode::Leaf { rows: Vec::new(), knapsack: None }
}

fn split(customer: usize, test: Test, yes: usize, no: usize) -> TreeNode {
    TreeNode::Split { split: Split { customer, id: ["a", "b"][customer].to_owned(), test }, yes, no }
}

fn priced(row: &str, price: i64) -> RowPrice {
    RowPrice { row: row.to_owned(), price }
}

fn fix(rows: Vec<RowPrice>, next: usize) -> TreeNode {
    TreeNode::Fix { rows, next }
}

/// The best plan: Anna visits the first customer.
fn best(problem: &Problem) -> Vec<Choice> {
    vec![problem.find(0, Some(0), 1, None, 0).expect("an option"), Choice::NOTHING]
}

fn certificate(problem: &Problem, nodes: Vec<TreeNode>) -> Certificate {
    Certificate { tree: Some(Tree { nodes }), ..Certificate::of_prices(problem, 6, &[500, 0, 0]) }
}

/// The best plan with that tree, as a document whose claims may be anything.
fn document(instance: &Instance, problem: &Problem, nodes: Vec<TreeNode>) -> Value {
    let choices = best(problem);
    let mut plan = certified_plan(problem, choices, certificate(problem, vec![leaf()]));
    (plan.bound, plan.status, plan.stopped_by) = (Bound(plan.value), Status::Optimal, None);
    plan.proven_by = ProvenBy::Tree;
    plan.certificate = certificate(problem, nodes);
    serde_json::from_str(&PlanDocument::new(instance, problem, &plan).to_text()).expect("JSON")
}

/// Ben is excluded, since he has no time for a visit, and Anna visits a or not: with a at most 60 - 10, without b.
fn proof() -> Vec<TreeNode> {
    let ben = || Test::Rep { rep: 1, id: "ben".to_owned() };
    let no_time = || TreeNode::Leaf { rows: vec![priced("rep:ben", 6000), priced("rep:anna", 0)], knapsack: None };
    let knapsack = || TreeNode::Leaf { rows: Vec::new(), knapsack: Some(LeafKnapsack::default()) };
    vec![split(0, ben(), 1, 2), no_time(), split(1, ben(), 3, 4), no_time(), knapsack()]
}

#[test]
fn a_tree_proves_what_its_leaves_prove() {
    let (instance, problem) = crowded();
    let said = verify(&instance, &problem, "plan", &document(&instance, &problem, proof()).to_string());
    assert_eq!(said.expect("a proof").to_string(), "VERIFIED: the plan is optimal; value 60.00, no plan has more");
    assert_eq!(certificate(&problem, proof()).bound_by_tree(&problem, 6000), Ok(Bound(6000)));
    // A better plan than is known may be worth what the leaves prove, and no more.
    assert_eq!(certificate(&problem, proof()).bound_by_tree(&problem, 5000), Ok(Bound(6000)));
    assert_eq!(certificate(&problem, proof()).bound_by_tree(&problem, 7000), Ok(Bound(7000)));
}

/// What is dropped is in no plan that is worth more than this one; of this one itself nothing is said.
#[test]
fn a_fix_may_drop_the_options_of_the_plan_itself() {
    let (instance, problem) = crowded();
    let prices = vec![priced("rep:anna", 600), priced("rep:ben", 600)];
    // At these prices no plan is worth more than 150, so that beside one of 150 everything is dropped.
    let nodes = vec![fix(prices, 1), leaf()];
    assert_eq!(certificate(&problem, nodes.clone()).bound_by_tree(&problem, 15_000), Ok(Bound(15_000)));
    let weak = document(&instance, &problem, nodes);
    let rejected = verify(&instance, &problem, "plan", &weak.to_string());
    assert!(matches!(rejected, Err(Rejected::WrongFigure { .. })), "{rejected:?}");
    // Where only a is visited, 60 is the most: nothing is left, the best plan included, and nothing is to be proven.
    let mut nodes = proof();
    let by_knapsacks = nodes[4].clone();
    nodes[4] = split(1, Test::Visits(1), 5, 6);
    nodes.extend([by_knapsacks, fix(Vec::new(), 7), leaf()]);
    verify(&instance, &problem, "plan", &document(&instance, &problem, nodes.clone()).to_string()).expect("a proof");
    nodes[6] = fix(vec![priced("rep:anna", 500)], 7);
    assert_eq!(certificate(&problem, nodes).bound_by_tree(&problem, 6000), Ok(Bound(9000)));
}

#[test]
fn trees_out_of_order_are_rejected_with_the_node_and_the_reason() {
    let (instance, problem) = crowded();
    let visits = |yes, no| split(0, Test::Visits(1), yes, no);
    let knapsack = |customers: Vec<(usize, i64)>, shared_rows: Vec<RowPrice>| TreeNode::Leaf {
        rows: Vec::new(),
        knapsack: Some(LeafKnapsack { customers, shared_rows }),
    };
    let rows = |rows| TreeNode::Leaf { rows, knapsack: None };
    let limit = 1 << 53;
    let wrong: Vec<(Vec<TreeNode>, usize, &str)> = vec![
        (Vec::new(), 0, "does not exist"),
        (vec![visits(0, 1), leaf()], 0, "not later"),
        (vec![visits(1, 1), leaf()], 0, "not its own"),
        (vec![visits(1, 9), leaf()], 0, "not later"),
        (vec![fix(Vec::new(), 0)], 0, "not later"),
        (vec![leaf(), leaf()], 1, "no node before"),
        (vec![visits(1, 2), visits(3, 4), leaf(), leaf(), visits(2, 5), leaf()], 4, "not later"),
        (vec![fix(vec![priced("rep:zoe", 1)], 1), leaf()], 0, "does not have"),
        (vec![fix(vec![priced("rep:anna", -1)], 1), leaf()], 0, "between 0 and 2^53"),
        (vec![visits(1, 2), rows(vec![priced("rep:anna", limit)]), leaf()], 1, "between 0 and 2^53"),
        (vec![visits(1, 2), leaf(), rows(vec![priced("rep:anna", 1), priced("rep:anna", 1)])], 2, "twice"),
        (vec![knapsack(vec![(0, 1), (0, 1)], Vec::new())], 0, "twice"),
        (vec![knapsack(vec![(0, limit)], Vec::new())], 0, "between -2^53 and 2^53"),
        (vec![knapsack(vec![(0, -limit)], Vec::new())], 0, "between -2^53 and 2^53"),
        (vec![knapsack(Vec::new(), vec![priced("rep:anna", 0)])], 0, "shared"),
        (vec![knapsack(Vec::new(), vec![priced("rule:0", 0)])], 0, "does not have"),
    ];
    for (nodes, node, why) in wrong {
        // An empty tree has no node, and the reader of the format says the same of all others.
        let text = document(&instance, &problem, nodes.clone()).to_string();
        let Err(Rejected::Unproven(rejected)) = verify(&instance, &problem, "plan", &text) else {
            panic!("{nodes:?} is not rejected for its tree")
        };
        let rejected = rejected.to_string();
        assert!(rejected.starts_with(&format!("node {node} of the tree: ")), "{rejected}");
        assert!(rejected.contains(why), "{rejected}: {why}");
    }
}

#[test]
fn nodes_that_are_none_cannot_be_read() {
    let (instance, problem) = crowded();
    let split = json!({ "customer": "a", "visits": 1 });
    let wrong = [
        json!({}),
        json!({ "leaf": null }),
        json!({ "leaf": {}, "fix": { "rows": [] }, "next": 1 }),
        json!({ "leaf": {}, "next": 1 }),
        json!({ "fix": {}, "next": 1 }),
        json!({ "fix": { "rows": [] } }),
        json!({ "fix": { "rows": [] }, "next": 1, "no": 2 }),
        json!({ "split": split, "yes": 1 }),
        json!({ "split": split, "yes": 1, "no": 2, "next": 3 }),
        json!({ "split": split, "yes": 1, "no": -2 }),
        json!({ "split": split, "yes": 1, "no": 2.5 }),
        json!({ "split": split, "yes": 1, "no": 1e17 }),
        json!({ "split": { "customer": "zoe", "visits": 1 }, "yes": 1, "no": 2 }),
        json!({ "split": { "customer": "a", "rep": "zoe" }, "yes": 1, "no": 2 }),
        json!({ "split": { "customer": "a", "pool": "zoe" }, "yes": 1, "no": 2 }),
        json!({ "split": { "customer": "a", "visits": 1, "calls": 1 }, "yes": 1, "no": 2 }),
        json!({ "split": { "customer": "a", "visits": 10_001 }, "yes": 1, "no": 2 }),
        json!({ "leaf": { "customers": [{ "customer": "zoe", "price": 1 }] } }),
        json!({ "leaf": { "customers": [{ "customer": "a", "price": 0.5 }] } }),
        json!({ "leaf": { "customers": [{ "customer": "a" }] } }),
        json!({ "leaf": { "shared_rows": {} } }),
    ];
    for node in wrong {
        let mut changed = document(&instance, &problem, proof());
        changed["certificate"]["tree"]["nodes"] = json!([node, { "leaf": {} }, { "leaf": {} }]);
        let verdict = verify(&instance, &problem, "plan", &changed.to_string());
        assert!(matches!(verdict, Err(Rejected::Malformed(_))), "{node}: {verdict:?}");
    }
}

/// Numbers of any size are added up or refused.
#[test]
fn prices_of_any_size_never_overflow() {
    let (_, problem) = crowded();
    let largest = (1 << 53) - 1;
    for scale in [1, 1_000_000_000] {
        for price in [0, 1, largest / 3, largest] {
            for customer in [-largest, -1, 0, largest] {
                let rows = vec![priced("rep:anna", price), priced("customers:ben", largest - price)];
                let shared = vec![priced("customers:ben", price)];
                let part = LeafKnapsack { customers: vec![(0, customer), (1, -customer)], shared_rows: shared };
                let nodes = vec![
                    fix(rows.clone(), 1),
                    split(0, Test::Visits(1), 2, 3),
                    TreeNode::Leaf { rows, knapsack: None },
                    TreeNode::Leaf { rows: Vec::new(), knapsack: Some(part) },
                ];
                let certificate = Certificate { denominator: scale, ..certificate(&problem, nodes) };
                let bound = certificate.bound_by_tree(&problem, 6000);
                assert!(bound.as_ref().is_ok_and(|bound| bound.0 >= 6000), "{bound:?}");
            }
        }
    }
}

/// A chain of a million nodes is read, walked and written without recursion, in a few seconds.
#[test]
fn a_chain_of_a_million_nodes_is_checked_in_little_time() {
    let (instance, problem) = crowded();
    let splits = 500_000;
    let mut nodes = Vec::with_capacity(2 * splits + 5);
    for at in 0..splits {
        let next = 2 * at + 2;
        nodes.push(split(at % 2, Test::Visits(2 + at as u32 % 5), next - 1, next));
        nodes.push(leaf());
    }
    let first = nodes.len();
    nodes.extend(proof().into_iter().map(|node| match node {
        TreeNode::Split { split, yes, no } => TreeNode::Split { split, yes: yes + first, no: no + first },
        other => other,
    }));
    let plan = Certificate { tree: Some(Tree { nodes }), ..certificate(&problem, Vec::new()) };
    let plan = certified_plan(&problem, best(&problem), plan);
    assert_eq!((plan.bound, plan.proven_by), (Bound(6000), ProvenBy::Tree));
    // Threads of its own: those of all tests have other work to do.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    let start = Instant::now();
    pool.install(|| {
        let text = PlanDocument::new(&instance, &problem, &plan).to_text();
        verify(&instance, &problem, "plan", &text).expect("a proof");
    });
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// Whatever the threads, the fault is the one that a single walk meets first.
#[test]
fn the_fault_reported_and_the_bound_do_not_depend_on_the_threads() {
    let (_, problem) = crowded();
    let leaves = 2000;
    let mut nodes = Vec::new();
    for at in 0..leaves {
        nodes.push(split(at % 2, Test::Visits(2), 2 * at + 1, 2 * at + 2));
        nodes.push(TreeNode::Leaf {
            rows: vec![priced("rep:anna", if at % 7 == 6 { -1 } else { 500 })],
            knapsack: None,
        });
    }
    nodes.push(leaf());
    let sound: Vec<TreeNode> =
        nodes.iter().map(|node| if matches!(node, TreeNode::Leaf { .. }) { leaf() } else { node.clone() }).collect();
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let fault = pool.install(|| certificate(&problem, nodes.clone()).bound_by_tree(&problem, 6000));
        let why = fault.expect_err("a fault").to_string();
        assert!(why.starts_with("node 13 of the tree: "), "{threads} threads: {why}");
        let bound = pool.install(|| certificate(&problem, sound.clone()).bound_by_tree(&problem, 6000));
        assert_eq!(bound, Ok(Bound(17_000)), "{threads} threads");
    }
}
