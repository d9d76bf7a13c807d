//! Decisions made by hand: an overlay over the instance, checked, priced, stated in the plan, believed by nobody.

mod folder;
mod oracle;
mod support;

use folder::{Folder, cents};
use oracle::{enumerate, random_instance};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use support::{checked_document, problem_of, python, solve};
use visitplan::decision::{Decision, Overlay};
use visitplan::engine::Answer;
use visitplan::instance::Instance;
use visitplan::plan::PlanDocument;
use visitplan::pricing::ByPrices;
use visitplan::problem::Problem;
use visitplan::verify::{Rejected, Verified, verify};

const QUARTER: &str = include_str!("../instances/quarter.json");
const DECISIONS: &str = "customer_id;rep_id;visits;calls;reason;by;date
c-002;jan;4;;tender in May;Huber;01.11.2026
c-003;;0;;moved away;Huber;
";

/// A quarter with a plan that follows two decisions.
fn decided_quarter() -> Folder {
    let folder = Folder::with(&[("i.json", QUARTER), ("q.csv", DECISIONS)]);
    folder.run("solve i.json --decisions q.csv -o plan.json").ends_with(0);
    folder
}

/// A random instance without locks, and the locks that it had as decisions.
fn unlocked(seed: u64) -> (Value, Value, Vec<Decision>) {
    let locked = random_instance(seed);
    let mut free = locked.clone();
    let mut decisions = Vec::new();
    for customer in free["customers"].as_array_mut().expect("customers") {
        let Some(lock) = customer.as_object_mut().expect("an object").remove("lock") else { continue };
        let number = |name: &str| lock[name].as_u64().map(|number| number as u32);
        decisions.push(Decision {
            customer: customer["id"].as_str().expect("an id").to_owned(),
            rep: lock["rep"].as_str().map(str::to_owned),
            visits: number("visits"),
            calls: number("calls"),
            ..Decision::default()
        });
    }
    decisions.retain(Decision::says_something);
    (locked, free, decisions)
}

fn decide(instance: &Instance, decisions: &[Decision]) -> (Instance, Problem, Overlay) {
    let overlay = Overlay::new(instance, decisions, &|at| at.to_string()).expect("decisions that can be applied");
    let mut decided = instance.clone();
    overlay.apply(&mut decided);
    let problem = Problem::new(&decided).expect("sums that fit");
    (decided, problem, overlay)
}

#[test]
fn an_overlay_is_the_same_as_locks_in_the_instance() {
    let mut plans = 0;
    for seed in 0..150 {
        let (locked, free, decisions) = unlocked(seed);
        let (_, problem) = problem_of(&locked);
        let (decided, over, _) = decide(&problem_of(&free).0, &decisions);
        let options = |problem: &Problem| -> Vec<Vec<(u32, i64)>> {
            let of = |customer| problem.choices(customer).map(|o| (o.visits, problem.value(o))).collect();
            (0..problem.customers()).map(of).collect()
        };
        assert_eq!(options(&over), options(&problem), "seed {seed}");
        if decisions.is_empty() || seed % 3 > 0 {
            continue;
        }
        match (solve(&decided, &over), enumerate(&locked).optimum) {
            (Answer::Plan(plan), Some(best)) => assert_eq!(plan.value, best, "seed {seed}"),
            (Answer::Infeasible(_), None) => {}
            (answer, best) => panic!("seed {seed}: {answer:?} and {best:?}"),
        }
        plans += 1;
    }
    assert!(plans > 10, "{plans}");
}

/// The theorem of `models/decisions-by-hand.md`: whatever the prices, what a decision truly costs lies in the range.
#[test]
fn what_a_decision_costs_lies_in_the_range_that_prices_give() {
    let (mut checked, mut exact) = (0, 0);
    for seed in 0..400 {
        let (_, free, decisions) = unlocked(seed);
        if decisions.is_empty() {
            continue;
        }
        let (instance, without_any) = problem_of(&free);
        let (decided, problem, overlay) = decide(&instance, &decisions);
        let Answer::Plan(plan) = solve(&decided, &problem) else { continue };
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let random: Vec<i64> = problem.rows.iter().map(|_| (dice.next_u64() % 2000) as i64).collect();
        let own = plan.certificate.prices(&problem).expect("prices in order");
        for (denominator, prices) in [(plan.certificate.denominator, own), (10, random)] {
            let by_prices = ByPrices::of(&problem, denominator, prices, plan.value).expect("prices in order");
            for one in &overlay.decided {
                // All other decisions stay.
                let others: Vec<Decision> =
                    decisions.iter().filter(|other| other.customer != one.decision.customer).cloned().collect();
                let (other, alone, _) = decide(&instance, &others);
                let Answer::Plan(best) = solve(&other, &alone) else { panic!("seed {seed}: fewer decisions, no plan") };
                let truth = best.value - plan.value;
                let price = by_prices.decision(&without_any, one.customer);
                let high = price.high.expect("an upper end");
                assert!(price.low.0 <= truth && truth <= high.0, "seed {seed}: {truth} in {price:?}");
                assert!(price.low <= price.price && price.price <= high, "seed {seed}: {price:?}");
                // The same the other way round: the decision as a request to the plan without it.
                let back = ByPrices::new(&alone, &best).expect("prices in order");
                let request = back.request(&problem, one.customer).expect("an option");
                assert!(request.low.0 <= truth, "seed {seed}: {truth} and {request:?}");
                checked += 1;
                exact += usize::from(high.0 == truth);
            }
        }
    }
    assert!(checked > 50 && exact > 5, "{checked} checked, {exact} exact");
}

#[test]
fn decisions_survive_the_instance_and_are_stated_in_the_plan() {
    let folder = decided_quarter();
    let plan = folder.json("plan.json");
    let listed = plan["decisions"].as_array().expect("decisions");
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["customer"], &listed[0]["visits"], &listed[0]["reason"], &listed[0]["priced_by"]),
        (&json!("c-002"), &json!(4), &json!("tender in May"), &json!("prices"))
    );
    let assigned = |id: &str| plan["assignments"].as_array().unwrap().iter().find(|one| one["customer"] == id).cloned();
    assert_eq!(assigned("c-002").expect("a visit")["visits"], 4);
    assert_eq!(assigned("c-003"), None);
    // Without decisions a plan says nothing of them.
    folder.run("solve i.json -o free.json").ends_with(0);
    assert_eq!(folder.json("free.json").get("decisions"), None);
    folder
        .run("explain i.json plan.json --customer c-002")
        .ends_with(0)
        .writes("DECIDED    4 visits, Jan P., \"tender in May\"");
}

#[test]
fn the_screen_names_each_decision_with_its_price() {
    let folder = Folder::with(&[("i.json", QUARTER), ("q.csv", DECISIONS)]);
    folder
        .run("solve i.json --decisions q.csv -o plan.json")
        .ends_with(0)
        .says("DECISIONS         2 made by hand; prices follow from what hours are worth; --price-decisions solves without each.")
        .says("  c-002: 4 visits, Jan P., \"tender in May\": costs about 1");
    folder.run("solve i.json --price-decisions -o plan.json").ends_with(2);
}

#[test]
fn exact_prices_are_the_differences_of_two_plans() {
    let folder = Folder::with(&[("i.json", QUARTER), ("q.csv", DECISIONS)]);
    folder
        .run("solve i.json --decisions q.csv --price-decisions --gap 0 -o plan.json")
        .ends_with(0)
        .says("DECISIONS         2 made by hand; each price is the difference of two plans.")
        .says("  c-002: 4 visits, Jan P., \"tender in May\": costs 153\n")
        .says("  c-003: 0 visits, \"moved away\": costs 122");
    let plan = folder.json("plan.json");
    for (at, row) in [(0, 2), (1, 1)] {
        let lines: Vec<&str> = DECISIONS.lines().collect();
        folder.write("other.csv", format!("{}\n{}\n", lines[0], lines[row]));
        folder.run("solve i.json --decisions other.csv --gap 0 -o without.json").ends_with(0);
        let without = folder.json("without.json");
        let stated = &plan["decisions"][at];
        let truth = cents(&without["value"]) - cents(&plan["value"]);
        assert_eq!((cents(&stated["price"]), &stated["priced_by"]), (truth, &json!("solves")));
        assert!(cents(&stated["price_low"]) <= truth && truth <= cents(&stated["price_high"]));
    }
}

#[test]
fn contradictions_of_several_files_are_one_list() {
    let folder = Folder::with(&[
        ("i.json", QUARTER),
        (
            "a.csv",
            "customer_id,rep_id,visits\nc-02,jan,4\nc-003,zoe,\nc-004,,99\nc-002,jan,4\nc-002,jan,5\n,jan,1\nc-007,,four\n",
        ),
        ("b.csv", "customer_id;visits;calls\nc-002;5;\nc-005;2;\nc-005;2;\nc-006;;3\n"),
    ]);
    let said = folder.run("solve i.json --decisions a.csv b.csv -o plan.json").ends_with(3).talk;
    let expected = "\
error[E401] a.csv:2:1 \"customer_id\" = \"c-02\" is no customer of this instance. Fix: name a customer that exists; did you mean \"c-002\"?
error[E401] a.csv:3:2 \"rep_id\" = \"zoe\" is no rep of this instance. Fix: name a rep that exists.
error[E308] a.csv:4:3 \"visits\" = \"99\" fixes 99 visits, outside 0 to 13. Fix: change the decision or the range of visits.
error[E308] a.csv:6:3 \"visits\" = \"5\" decides 5 visits for \"c-002\", and a.csv row 5 says 4 visits. Fix: keep one of the two.
error[E501] a.csv:7:1 \"customer_id\" has no customer. Fix: name the customer, or empty the row.
error[E501] a.csv:8:3 \"visits\" = \"four\" is no number. Fix: write a whole number, or nothing.
error[E308] b.csv:2:2 \"visits\" = \"5\" decides 5 visits for \"c-002\", and a.csv row 5 says 4 visits. Fix: keep one of the two.
error[E308] b.csv:5:3 \"calls\" = \"3\" fixes 3 calls, outside 0 to 0. Fix: change the decision or the range of calls.
";
    assert_eq!(said, expected);
    assert!(!folder.path("plan.json").exists());
}

#[test]
fn decisions_complement_each_other_and_the_lock_of_the_instance_but_never_overrule() {
    let locked = QUARTER.replacen("\"id\": \"c-002\"", "\"lock\": { \"visits\": 4 }, \"id\": \"c-002\"", 1);
    let folder = Folder::with(&[
        ("i.json", &locked),
        (
            "a.csv",
            "customer_id,rep_id,reason,by\nc-002,jan,knows them,Huber\nc-002,jan,knows them,Huber\nc-002,jan,asked for,\nc-003,,,\n",
        ),
        ("b.csv", "customer_id,visits\nc-002,5\n"),
    ]);
    folder
        .run("solve i.json --decisions a.csv -o plan.json")
        .ends_with(0)
        .says("notice: a.csv row 3 repeats an earlier decision\n")
        .says("notice: a.csv row 5 names no rep, visits or calls and decides nothing\n");
    let plan = folder.json("plan.json");
    assert_eq!(plan["decisions"][0]["reason"], "knows them; asked for");
    assert_eq!(plan["decisions"].as_array().unwrap().len(), 1);
    folder.run("verify i.json plan.json").ends_with(0);
    folder.run("solve i.json --decisions b.csv -o plan.json").ends_with(3).says(
        "error[E308] b.csv:2:2 \"visits\" = \"5\" decides 5 visits for \"c-002\", and the lock in the instance says 4 visits. \
         Fix: keep one of the two.\n",
    );
}

#[test]
fn a_plan_is_verified_with_its_decisions_and_rejected_with_others() {
    let folder = decided_quarter();
    folder.run("verify i.json plan.json").ends_with(0).writes("VERIFIED: the plan of visits is optimal");
    let plan = folder.json("plan.json");
    let instance = Instance::from_json(QUARTER).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    let place = tempfile::tempdir().expect("a folder");
    let check = |document: &Value| {
        let text = document.to_string();
        let verified = verify(&instance, &problem, "plan", &text);
        if python() {
            let said = checked_document(QUARTER, &text, place.path());
            assert_eq!(verified.is_ok(), said.is_ok(), "{verified:?} and {said:?}");
        }
        verified
    };
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = plan.clone();
        change(&mut document);
        check(&document)
    };
    assert!(matches!(changed(&|_| {}), Ok(Verified::Plan { .. })));
    // Prices are for information.
    assert!(changed(&|plan| plan["decisions"][0]["price"] = json!(1)).is_ok());
    let unproven = changed(&|plan| drop(plan.as_object_mut().unwrap().remove("decisions")));
    assert!(matches!(unproven, Err(Rejected::WrongFigure { .. })), "{unproven:?}");
    let other = changed(&|plan| plan["decisions"][0]["visits"] = json!(5));
    assert!(matches!(other, Err(Rejected::NoOption { .. })), "{other:?}");
    for (field, value, said) in [
        ("customer", json!("c-9999"), "decision 1: \"customer\" = \"c-9999\" is no customer of this instance"),
        ("rep", json!("zoe"), "decision 1: \"rep\" = \"zoe\" is no rep of this instance"),
        ("visits", json!(14), "decision 1: \"visits\" = \"14\" fixes 14 visits, outside 0 to 13"),
    ] {
        let rejected =
            changed(&|plan| plan["decisions"][0][field] = value.clone()).expect_err("a rejection").to_string();
        assert_eq!(rejected, format!("the plan's decisions cannot be applied: {said}"));
    }
    assert!(changed(&|plan| plan["decisions"][1] = json!({ "customer": "c-003" })).is_err());
    let twice = changed(&|plan| plan["decisions"][1] = plan["decisions"][0].clone()).expect_err("a rejection");
    assert_eq!(
        twice.to_string(),
        "the plan's decisions cannot be applied: decision 2 is a second one about its customer"
    );
}

#[test]
fn decisions_that_cannot_be_met_are_named_with_the_arithmetic() {
    let instance = r#"{ "format": "visitplan-instance/1", "model": "field",
      "reps": [ { "id": "anna", "name": "Anna", "hours": 10 } ],
      "customers": [
        { "id": "clinic", "potential": 900, "visit_value": 300, "visits": { "min": 1 },
          "coverage": [ { "rep": "anna", "minutes_per_visit": 120 } ] },
        { "id": "hotel", "potential": 900, "visit_value": 300,
          "coverage": [ { "rep": "anna", "minutes_per_visit": 120 } ] },
        { "id": "bakery", "potential": 900, "visit_value": 300,
          "coverage": [ { "rep": "anna", "minutes_per_visit": 60 } ] } ] }"#;
    let decisions = "customer_id,visits,reason\nclinic,4,tender\nhotel,2,promised\n";
    let folder = Folder::with(&[("i.json", instance), ("q.csv", decisions)]);
    let run = folder.run("solve i.json --decisions q.csv -o plan.json --proof-file proof.json").ends_with(4);
    let run = run
        .says("commitments of Anna need 12 h, and there are 10 h.")
        .says("  - decided by hand: clinic: 4 visits, \"tender\" needs 8 h, 2 h without the decision\n")
        .says("  - decided by hand: hotel: 2 visits, \"promised\" needs 4 h, 0 h without the decision\n");
    assert!(!run.talk.contains("bakery:"));
    folder.run("verify i.json proof.json").ends_with(0).writes("VERIFIED: no plan exists");
    if python() {
        let place = tempfile::tempdir().expect("a folder");
        checked_document(instance, &folder.read("proof.json"), place.path()).expect("a proof");
    }
    // The instance alone has a plan, so without its decisions the proof is none.
    let mut proof = folder.json("proof.json");
    drop(proof.as_object_mut().unwrap().remove("decisions"));
    folder.write("proof.json", proof.to_string());
    folder.run("verify i.json proof.json").ends_with(8);
}

/// Random decisions under the checker in another language.
#[test]
fn an_independent_checker_agrees_about_random_decisions() {
    if !python() {
        return;
    }
    let place = tempfile::tempdir().expect("a folder");
    let mut checked = 0;
    for seed in 0..40 {
        let (_, free, decisions) = unlocked(seed);
        let (instance, stated) = problem_of(&free);
        let (decided, problem, overlay) = decide(&instance, &decisions);
        let Answer::Plan(plan) = solve(&decided, &problem) else { continue };
        let by_prices = ByPrices::new(&problem, &plan).expect("prices in order");
        let priced = overlay.decided.iter().map(|one| visitplan::decision::PricedDecision {
            decision: one.decision.clone(),
            price: Some(by_prices.decision(&stated, one.customer)),
        });
        let text = PlanDocument::new(&decided, &problem, &plan).with_decisions(priced.collect()).to_text();
        verify(&instance, &stated, "plan", &text).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        checked_document(&free.to_string(), &text, place.path()).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        checked += usize::from(!decisions.is_empty());
    }
    assert!(checked > 5, "{checked}");
}
