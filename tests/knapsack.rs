//! Bounds by knapsacks: each knapsack against plain dynamic programming, the bound against enumeration, the certificate
//! against those who would bend it.

mod oracle;
mod support;

use oracle::{enumerate, random_instance};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use support::problem_of;
use visitplan::certificate::{
    Bound, Certificate, Item, Knapsack, Unproven, bound_by_knapsacks, bound_by_prices, infeasible_by_knapsacks,
};
use visitplan::instance::Instance;
use visitplan::plan::{InfeasibilityDocument, Plan, PlanDocument, ProvenBy, Status};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::{Rejected, verify};

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from `least` to `most`.
    fn whole(&mut self, least: i64, most: i64) -> i64 {
        least + (self.0.next_u64() % (most - least + 1) as u64) as i64
    }
}

/// The largest profit by plain dynamic programming over the capacity.
fn by_dynamic_programming(capacity: i64, classes: &[Vec<Item>]) -> i128 {
    let mut best = vec![0_i128; capacity as usize + 1];
    for class in classes {
        let before = best.clone();
        for item in class.iter().filter(|item| item.weight <= capacity) {
            for room in item.weight as usize..best.len() {
                best[room] = best[room].max(before[room - item.weight as usize] + item.profit);
            }
        }
    }
    best[capacity as usize]
}

fn by_core(capacity: i64, classes: &[Vec<Item>]) -> i128 {
    let mut knapsack = Knapsack::new(capacity);
    classes.iter().for_each(|class| knapsack.add_class(class.iter().copied()));
    knapsack.solve().expect("a knapsack that is not too hard")
}

/// Classes of one of several kinds: any profits, correlated ones, few different ones, concave tables, huge numbers.
fn random_classes(dice: &mut Dice) -> (i64, Vec<Vec<Item>>) {
    let kind = dice.whole(0, 5);
    let (most_weight, unit) = ([1, 7, 40, 200][dice.whole(0, 3) as usize], dice.whole(1, 3) * dice.whole(1, 20));
    let most_classes = if dice.whole(1, 20) == 1 { 80 } else { 12 };
    let classes: Vec<Vec<Item>> = (0..dice.whole(0, most_classes))
        .map(|_| {
            let base = dice.whole(1, most_weight);
            let first = dice.whole(-20, 100);
            (0..dice.whole(0, 6))
                .map(|at| {
                    let weight = if kind == 3 { base * (at + 1) } else { dice.whole(0, most_weight) };
                    let profit = i128::from(match kind {
                        0 => dice.whole(-50, 100),
                        1 => weight * 10 + dice.whole(-3, 3),
                        2 => dice.whole(-1, 3),
                        3 => first * (at + 1) - first * at * at / 12,
                        4 => weight,
                        _ => dice.whole(-1 << 40, 1 << 61),
                    });
                    let huge = if kind == 5 { 1 << 20 } else { 1 };
                    Item { weight: weight * unit, profit: profit * huge }
                })
                .collect()
        })
        .collect();
    let all: i64 = classes.iter().filter_map(|class| class.iter().map(|item| item.weight).max()).sum();
    (dice.whole(0, all + 2) * dice.whole(0, 4) / 4, classes)
}

#[test]
fn a_knapsack_is_what_plain_dynamic_programming_finds() {
    let count = if std::env::var_os("VISITPLAN_LONG").is_some() { 300_000 } else { 10_000 };
    for seed in 0..count {
        let (capacity, classes) = random_classes(&mut Dice::new(seed));
        let expected = by_dynamic_programming(capacity, &classes);
        assert_eq!(by_core(capacity, &classes), expected, "seed {seed}: {capacity}, {classes:?}");
    }
}

/// Small tiny instances of every kind, with dice of their own.
fn cases() -> impl Iterator<Item = (u64, Option<i64>, Problem, Dice)> {
    (0..400).filter_map(|seed| {
        let document = random_instance(seed);
        let answer = enumerate(&document);
        (answer.choices <= 100_000).then(|| (seed, answer.optimum, problem_of(&document).1, Dice::new(seed)))
    })
}

/// Prices of rows and of customers, some of them 0.
fn random_prices(problem: &Problem, scale: i64, dice: &mut Dice) -> (Vec<i64>, Vec<i64>) {
    let rows = problem.rows.iter().map(|_| dice.whole(0, 1) * dice.whole(0, 300) * scale).collect();
    let customers = (0..problem.customers()).map(|_| dice.whole(0, 2) * dice.whole(-9_000, 90_000) * scale).collect();
    (rows, customers)
}

fn shared(problem: &Problem, rows: &[i64]) -> Vec<i64> {
    problem.rows.iter().zip(rows).map(|(row, &price)| if row.name.starts_with("rep:") { 0 } else { price }).collect()
}

#[test]
fn whatever_the_prices_no_plan_is_worth_more_than_the_knapsacks_prove() {
    let mut tight = 0;
    for (seed, optimum, problem, mut dice) in cases() {
        for scale in [1, 1000] {
            let (rows, customers) = random_prices(&problem, scale, &mut dice);
            for customers in [customers, Vec::new()] {
                let Ok(bound) = bound_by_knapsacks(&problem, scale, &shared(&problem, &rows), &customers) else {
                    continue;
                };
                let Some(optimum) = optimum else { continue };
                assert!(bound.0 >= optimum, "seed {seed}: {bound:?}, and there is a plan of {optimum}");
                tight += usize::from(bound.0 == optimum);
            }
        }
    }
    assert!(tight > 50, "{tight} bounds are the optimum");
}

/// The reduced value of a customer's best option at the prices of all rows.
fn best_reduced(problem: &Problem, denominator: i64, rows: &[i64], customer: usize) -> i64 {
    let reduced = |choice: Choice| {
        let mut sum = denominator * problem.value(choice);
        problem.for_each_use(customer, choice, |row, amount| sum -= rows[row] * amount);
        sum
    };
    problem.choices(customer).map(reduced).max().expect("an option")
}

#[test]
fn knapsacks_prove_at_least_what_prices_do_where_customers_cost_what_prices_leave_them() {
    let mut better = 0;
    for (seed, _, problem, mut dice) in cases() {
        for scale in [1, 1000] {
            let (rows, _) = random_prices(&problem, scale, &mut dice);
            let Ok(prices) = bound_by_prices(&problem, scale, &rows) else { continue };
            let customers: Vec<i64> =
                (0..problem.customers()).map(|customer| best_reduced(&problem, scale, &rows, customer)).collect();
            let knapsack = bound_by_knapsacks(&problem, scale, &shared(&problem, &rows), &customers).expect("a bound");
            assert!(knapsack <= prices, "seed {seed}: {knapsack:?} by knapsacks, {prices:?} by prices");
            better += usize::from(knapsack < prices);
        }
    }
    assert!(better > 100, "{better} bounds are better");
}

#[test]
fn knapsacks_prove_infeasible_only_what_has_no_plan() {
    let mut proven = 0;
    for (seed, optimum, problem, mut dice) in cases() {
        for _ in 0..20 {
            let (rows, customers) = random_prices(&problem, 1, &mut dice);
            let least: Vec<i64> = customers.iter().map(|price| -price.abs()).collect();
            for customers in [customers, least] {
                if infeasible_by_knapsacks(&problem, &shared(&problem, &rows), &customers).is_ok() {
                    assert_eq!(optimum, None, "seed {seed}");
                    proven += 1;
                }
            }
        }
    }
    assert!(proven > 100, "the test must prove something: {proven}");
}

/// Two visits of an hour in 100 minutes: only one fits, and prices let 5 in 3 fit.
fn crowded() -> (Instance, Problem, Plan) {
    let customer = |id: &str, revenue: i64| {
        json!({ "id": id, "coverage": [
        { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, revenue] }] })
    };
    let (instance, problem) = problem_of(&json!({
        "format": "visitplan-instance/1", "model": "field",
        "reps": [{ "id": "anna", "minutes": 100, "max_customers": 9 }],
        "customers": [customer("a", 60), customer("b", 50)]
    }));
    let choices = vec![problem.find(0, Some(0), 1, None, 0).expect("an option"), Choice::NOTHING];
    let certificate = Certificate::of_prices(&problem, 6, &[500, 0]).with_knapsack(&problem, &[0, 0], Vec::new());
    let plan = support::certified_plan(&problem, choices, certificate);
    (instance, problem, plan)
}

fn written(instance: &Instance, problem: &Problem, plan: &Plan) -> Value {
    serde_json::from_str(&PlanDocument::new(instance, problem, plan).to_text()).expect("JSON")
}

#[test]
fn a_plan_with_owners_kept_is_proven_without_any_price() {
    let (instance, problem, plan) = crowded();
    assert_eq!((plan.value, plan.bound, plan.status), (6000, Bound(6000), Status::Optimal));
    assert_eq!(plan.proven_by, ProvenBy::Knapsack);
    let document = written(&instance, &problem, &plan);
    assert_eq!(document["proven_by"], "knapsack");
    assert_eq!(document["certificate"]["customers"], json!([]), "an empty list claims the bound");
    assert_eq!(document["certificate"]["shared_rows"], json!([]));
    let said = verify(&instance, &problem, "plan", &document.to_string()).expect("a plan that verifies").to_string();
    assert_eq!(said, "VERIFIED: the plan is optimal; value 60.00, no plan has more");
    for remaining in ["customers", "shared_rows"] {
        let mut half = document.clone();
        half["certificate"] = json!({ "denominator": 6, "rows": document["certificate"]["rows"], remaining: [] });
        verify(&instance, &problem, "plan", &half.to_string()).expect("one of the lists claims the bound, too");
    }
}

/// The examples of `models/certificate.md`, section 7.
#[test]
fn the_examples_worked_by_hand_are_right() {
    let (_, problem, plan) = crowded();
    assert_eq!(problem.granularity(), 1000);
    assert_eq!(bound_by_prices(&problem, 6, &[500, 0]), Ok(Bound(9000)));
    assert_eq!(plan.certificate.bounds(&problem).map(|bounds| bounds.knapsack), Ok(Some(Bound(6000))));
    let path = format!("{}/instances/tiny.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("an instance of the project");
    let problem = Problem::new(&Instance::from_json(&text).expect("a valid instance")).expect("sums that fit");
    let customers = vec![10_000, 18_000, 12_000];
    let best: Vec<i64> = (0..3).map(|customer| best_reduced(&problem, 1, &[200, 100], customer)).collect();
    assert_eq!(best, customers);
    assert_eq!(bound_by_knapsacks(&problem, 1, &[0, 0], &customers), Ok(Bound(88_000)));
}

#[test]
fn a_certificate_that_was_bent_is_rejected() {
    let (instance, problem, plan) = crowded();
    let document = written(&instance, &problem, &plan);
    let rejected = |bend: &dyn Fn(&mut Value)| {
        let mut bent = document.clone();
        bend(&mut bent);
        verify(&instance, &problem, "plan", &bent.to_string()).expect_err("what was bent is rejected")
    };
    let customers = |list: Value| rejected(&|plan| plan["certificate"]["customers"] = list.clone());
    let rows = |list: Value| rejected(&|plan| plan["certificate"]["shared_rows"] = list.clone());
    let priced = |customer: &str, price: i64| json!({ "customer": customer, "price": price });
    let row = |row: &str, price: i64| json!({ "row": row, "price": price });
    let unproven = |why: Unproven| Rejected::Unproven(why);

    assert_eq!(customers(json!([priced("zoe", 1)])), unproven(Unproven::UnknownCustomer("zoe".to_owned())));
    let twice = customers(json!([priced("a", 1), priced("a", 1)]));
    assert_eq!(twice, unproven(Unproven::CustomerTwice("a".to_owned())));
    for price in [1 << 53, -1 << 53] {
        let expected = Unproven::CustomerPrice { customer: "b".to_owned(), price };
        assert_eq!(customers(json!([priced("b", price)])), unproven(expected));
    }
    for odd in [json!(null), json!({}), json!([7]), json!([{ "customer": "a" }]), json!([priced("a", i64::MAX)])] {
        assert!(matches!(customers(odd.clone()), Rejected::Malformed(_)), "{odd}");
        assert!(matches!(rows(odd.clone()), Rejected::Malformed(_)), "{odd}");
    }
    assert!(matches!(customers(json!([{ "customer": "a", "price": 0.5 }])), Rejected::Malformed(_)));
    for price in [0, 500] {
        assert_eq!(rows(json!([row("rep:anna", price)])), unproven(Unproven::NotShared("rep:anna".to_owned())));
    }
    assert_eq!(rows(json!([row("rule:0", 1)])), unproven(Unproven::UnknownRow("rule:0".to_owned())));
    let twice = rows(json!([row("customers:anna", 1), row("customers:anna", 1)]));
    assert_eq!(twice, unproven(Unproven::RowTwice("customers:anna".to_owned())));
    let negative = Unproven::Price { row: "customers:anna".to_owned(), price: -1 };
    assert_eq!(rows(json!([row("customers:anna", -1)])), unproven(negative));

    // Prices in order that prove less, and a bound below what they prove.
    assert!(matches!(customers(json!([priced("b", 9_000)])), Rejected::WrongFigure { .. }));
    assert!(matches!(rows(json!([row("customers:anna", 800)])), Rejected::WrongFigure { .. }));
    assert!(matches!(rejected(&|plan| plan["bound"] = json!(50)), Rejected::WrongFigure { .. }));
}

/// All numbers below a value, as pointers.
fn numbers(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| numbers(value, format!("{pointer}/{name}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| numbers(value, format!("{pointer}/{at}"), found));
        }
        Value::Number(_) => found.push(pointer),
        _ => {}
    }
}

#[test]
fn with_any_number_made_extreme_a_plan_claims_the_same_or_is_rejected() {
    let (instance, problem, plan) = crowded();
    // 7 x 9 + 999 - 10 + max(6,000 - 7 - 999, 5,000 - 7 + 10) + 10 = 6,065, and plans are worth whole thousands.
    let certificate = Certificate::of_prices(&problem, 1, &[100, 0]).with_knapsack(&problem, &[0, 7], vec![999, -10]);
    let plan = support::certified_plan(&problem, plan.choices, certificate);
    assert_eq!(plan.proven_by, ProvenBy::Knapsack);
    let document = written(&instance, &problem, &plan);
    let mut found = Vec::new();
    numbers(&document, String::new(), &mut found);
    assert!(found.iter().any(|pointer| pointer == "/certificate/customers/1/price"), "{found:?}");
    let limit = 1_i64 << 53;
    for pointer in &found {
        for extreme in [json!(0), json!(-1), json!(1), json!(limit - 1), json!(1 - limit), json!(limit), json!(1e300)] {
            let mut changed = document.clone();
            *changed.pointer_mut(pointer).expect("a number") = extreme.clone();
            let accepted = verify(&instance, &problem, "plan", &changed.to_string()).is_ok();
            let harmless = pointer.starts_with("/certificate/")
                || document.pointer(pointer).and_then(Value::as_f64) == extreme.as_f64();
            assert!(harmless || !accepted, "{pointer} = {extreme} is accepted");
            let far = pointer.contains("customers/") && extreme.as_i64().is_some_and(|price| price.abs() > limit / 2);
            assert!(!(far && accepted && pointer.ends_with("price")), "{pointer} = {extreme} is accepted");
        }
    }
}

#[test]
fn what_a_plan_is_proven_by_must_prove_its_bound() {
    let (instance, problem, plan) = crowded();
    let document = written(&instance, &problem, &plan);
    let said = |change: &dyn Fn(&mut Value)| {
        let mut changed = document.clone();
        change(&mut changed);
        verify(&instance, &problem, "plan", &changed.to_string())
    };
    let by_prices = said(&|plan| plan["proven_by"] = json!("prices"));
    assert!(matches!(by_prices, Err(Rejected::WrongClaim { said: "prices", .. })), "{by_prices:?}");
    let nothing = said(&|plan| {
        plan["certificate"] = json!({ "denominator": 6, "rows": plan["certificate"]["rows"] });
    });
    assert!(matches!(nothing, Err(Rejected::WrongClaim { said: "knapsack", .. })), "{nothing:?}");
    // At a high price of the customers the knapsacks prove less than the prices, which prove 90.00.
    let weak = vec![json!({ "customer": "a", "price": 60_000 }), json!({ "customer": "b", "price": 60_000 })];
    let weaker = |by: &str| {
        said(&|plan| {
            plan["certificate"]["customers"] = json!(weak);
            (plan["proven_by"], plan["bound"]) = (json!(by), json!(90));
            (plan["status"], plan["stopped_by"]) = (json!("stopped"), json!("work"));
            plan["gap"] = serde_json::from_str("0.333333334").expect("a number");
        })
    };
    assert!(matches!(weaker("knapsack"), Err(Rejected::WrongClaim { said: "knapsack", .. })));
    assert!(weaker("prices").is_ok(), "{:?}", weaker("prices"));
}

#[test]
fn the_solvers_word_stands_beside_the_least_bound_of_all_parts() {
    let (instance, problem, mut plan) = crowded();
    plan.proven_by = ProvenBy::Solver;
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    assert!(text.contains(r#""certified_bound": 60"#), "{text}");
    verify(&instance, &problem, "plan", &text).expect("a plan that verifies");
    let by_prices = text.replace(r#""certified_bound": 60"#, r#""certified_bound": 90"#);
    assert!(verify(&instance, &problem, "plan", &by_prices).is_err());
}

#[test]
fn knapsacks_prove_that_two_visits_do_not_fit_where_prices_cannot() {
    // Three visits of an hour by either of two reps who have 90 minutes each; together they have three hours.
    let customer = |id: &str| {
        let cover = |rep: &str| json!({ "rep": rep, "minutes_per_visit": 60, "revenue": [0, 10] });
        json!({ "id": id, "visits": { "min": 1 }, "coverage": [cover("anna"), cover("ben")] })
    };
    let (instance, problem) = problem_of(&json!({
        "format": "visitplan-instance/1", "model": "field",
        "reps": [{ "id": "anna", "minutes": 90 }, { "id": "ben", "minutes": 90 }],
        "customers": [customer("a"), customer("b"), customer("c")]
    }));
    let certificate = Certificate::of_prices(&problem, 1, &[0, 0]);
    let proof = InfeasibilityDocument::new(&instance, &certificate).to_text();
    assert!(verify(&instance, &problem, "proof", &proof).is_err());
    // Whoever is visited pays 1, and two visits can be made: 2 - 3 < 0.
    let certificate = certificate.with_knapsack(&problem, &[0, 0], vec![-1, -1, -1]);
    let proof = InfeasibilityDocument::new(&instance, &certificate).to_text();
    assert_eq!(verify(&instance, &problem, "proof", &proof).expect("a proof").to_string(), "VERIFIED: no plan exists");
    let unfit = proof.replace("-1", "1");
    assert!(verify(&instance, &problem, "proof", &unfit).is_err());
}

#[test]
fn prices_of_any_size_are_counted_or_refused_but_never_overflow() {
    let largest = (1 << 53) - 1;
    for (seed, optimum, problem, mut dice) in cases().take(100) {
        for denominator in [1, 1_000_000_000] {
            let mut any = |least: i64| [0, largest, least, dice.whole(0, largest)][dice.whole(0, 3) as usize];
            let rows: Vec<i64> = problem.rows.iter().map(|_| any(1)).collect();
            let customers: Vec<i64> = (0..problem.customers()).map(|_| any(-largest)).collect();
            match bound_by_knapsacks(&problem, denominator, &shared(&problem, &rows), &customers) {
                Ok(bound) => assert!(optimum.is_none_or(|optimum| bound.0 >= optimum), "seed {seed}"),
                Err(Unproven::TooLarge | Unproven::NoOption(_)) => {}
                Err(other) => panic!("seed {seed}: {other}"),
            }
        }
    }
}

/// Sums of even minutes never fill an odd number of minutes, and no bound on part of them shows it: the customer whose
/// visit takes an odd number hides that.
#[test]
fn a_knapsack_that_is_too_hard_is_refused_in_little_time() {
    let mut dice = Dice::new(1);
    let customer = |at: usize, minutes: i64, revenue: f64| {
        let coverage = json!([{ "rep": "anna", "minutes_per_visit": minutes, "revenue": [0, revenue] }]);
        json!({ "id": format!("c{at}"), "coverage": coverage })
    };
    let mut customers = vec![customer(0, 9_999_999, 0.01)];
    for at in 1..50 {
        let minutes = dice.whole(100_000, 500_000) * 2;
        customers.push(customer(at, minutes, minutes as f64 / 100.0));
    }
    let (_, problem) = problem_of(&json!({
        "format": "visitplan-instance/1", "model": "field",
        "reps": [{ "id": "anna", "minutes": 10_000_001 }], "customers": customers
    }));
    let start = std::time::Instant::now();
    let bound = bound_by_knapsacks(&problem, 1, &[0], &[]);
    assert_eq!(bound, Err(Unproven::KnapsackTooHard("rep:anna".to_owned())));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
