//! Small plans whose post-pass can be followed on paper.

use serde_json::{Value, json};
use visitplan::plan::RuleName;

use crate::Case;

/// One rep with 240 minutes; visits of an hour. A small customer whose two visits earn 40 together, a large one with
/// three visits to come, a large inactive one that nobody visits. Amounts of potential are thresholds: low up to 100,
/// high from 1,000.
///
/// Curves are linear, so that every figure can be added up: a visit to "small" adds 20, one to "large" 200, one to
/// "gone" 100; a call adds half a visit.
pub fn three_customers() -> Value {
    json!({
        "format": "visitplan-instance/1",
        "reps": [{"id": "r", "name": "Rita", "minutes": 300}],
        "telesales": [{"id": "t", "minutes": 100, "minutes_per_call": 10, "effect_per_call": 0.5}],
        "customers": [
            {"id": "small", "owner": "r", "wallet": 90, "potential": 90, "visit_value": 20, "visits": {"max": 2}},
            {"id": "large", "owner": "r", "wallet": 5000, "potential": 5000, "visit_value": 200, "visits": {"max": 4},
             "calls": {"max": 0}},
            {"id": "gone", "owner": "r", "status": "inactive", "wallet": 2000, "potential": 2000, "visit_value": 100,
             "visits": {"max": 1}}
        ],
        "model": {
            "format": "visitplan-model/1", "channels": "field_then_post_pass", "response": {"shape": "linear"},
            "visit_minutes": 60, "travel": {"minutes": 0},
            "matrix": {"scale": "amount", "potential": {"low": 100, "high": 1000}, "visit_value": {"low": 50, "high": 150}},
            "post_pass": {
                "telesales": {"calls_per_visit": 2, "only_if": "pays"},
                "reactivate": {"share_of_freed": 0.5, "visits": 1},
                "frequency": {"raise_by_at_most": 4}
            }
        }
    })
}

/// The instance with a plan from elsewhere: two visits to "small", three to "large", none to "gone".
pub fn passed(document: &Value) -> Case {
    let case = Case::of(document).expect("a plan");
    let find = |at, rep, visits| case.problem.find(at, rep, visits, None, 0).expect("an option");
    let field = vec![find(0, Some(0), 2), find(1, Some(0), 3), find(2, None, 0)];
    case.from(field)
}

#[test]
fn visits_become_calls_and_the_freed_time_wins_customers_first_and_raises_frequency_then() {
    let case = passed(&three_customers());
    let changes = case.changes();
    let shown: Vec<_> =
        changes.iter().map(|change| (change.rule, change.minutes_freed.0, change.revenue_change.0 / 100)).collect();
    // 120 minutes are freed: half of them for the inactive customer, the rest for the fourth visit.
    let expected = [(RuleName::Telesales, 120, 0), (RuleName::Frequency, -60, 200), (RuleName::Reactivate, -60, 100)];
    assert_eq!(shown, expected);
    // Those to win come first.
    assert_eq!(changes[0].spent_on, ["gone", "large"]);
    assert_eq!((changes[0].to.calls, changes[0].to.pool.as_deref()), (4, Some("t")));
    assert_eq!(
        changes[0].why,
        "small (low potential: wallet 90): 2 visits earned 40. 4 calls earn 40 and free 2 h of Rita, \
         spent on gone (+100), large (+200)."
    );
}

#[test]
fn a_call_that_loses_more_than_its_time_is_worth_elsewhere_is_not_made_under_pays_and_is_under_always() {
    let mut document = three_customers();
    document["customers"][1]["visits"]["max"] = json!(3);
    document["model"]["post_pass"]["reactivate"]["visits"] = json!(0);
    document["telesales"][0]["effect_per_call"] = json!(0.25);
    assert_eq!(passed(&document).changes().len(), 0, "nothing else to do with the time");
    document["model"]["post_pass"]["telesales"]["only_if"] = json!("always");
    let changes = passed(&document).changes();
    assert_eq!((changes.len(), changes[0].revenue_change.0), (1, -2000), "4 calls are a visit: 20 of 40 are lost");
    assert!(
        changes[0].why.ends_with("nothing that is worth more fits into it, so it stays free."),
        "{}",
        changes[0].why
    );
}

#[test]
fn never_a_locked_customer_never_below_a_minimum_and_never_more_calls_than_the_pool_holds() {
    for (field, value) in [("lock", json!({"visits": 2})), ("visits", json!({"min": 1, "max": 2}))] {
        let mut document = three_customers();
        document["customers"][0][field] = value;
        let moved = passed(&document).changes().iter().any(|change| change.rule == RuleName::Telesales);
        assert!(!moved, "{field}");
    }
    let mut document = three_customers();
    document["telesales"][0]["minutes"] = json!(35);
    assert_eq!(passed(&document).changes()[0].to.calls, 3, "three calls of ten minutes");
    document["telesales"][0]["minutes"] = json!(9);
    assert!(passed(&document).changes().iter().all(|change| change.rule != RuleName::Telesales), "never 0 calls");
}

#[test]
fn a_reps_least_time_is_planned_after_the_pass_too() {
    let mut document = three_customers();
    document["customers"][1]["visits"]["max"] = json!(3);
    document["model"]["post_pass"]["telesales"]["only_if"] = json!("always");
    // 300 minutes are planned; without the small customer's two hours and with one for the inactive one 240 are.
    document["reps"][0]["min_minutes"] = json!(240);
    assert_eq!(passed(&document).changes().len(), 2);
    document["reps"][0]["min_minutes"] = json!(241);
    assert_eq!(passed(&document).changes().len(), 0);
}

#[test]
fn of_several_ways_to_fill_the_time_exactly_the_best_is_taken_not_the_first_come() {
    // 100 minutes to spend: 60 minutes for 62 an hour leave 40 unused, two of 50 minutes for 60 an hour do not.
    let mut document = three_customers();
    document["customers"] = json!([
        {"id": "a", "owner": "r", "potential": 5000, "visit_value": 62, "visits": {"max": 2}, "travel_minutes": 0},
        {"id": "b", "owner": "r", "potential": 5000, "visit_value": 50, "visits": {"max": 2}, "visit_minutes": 50},
        {"id": "c", "owner": "r", "potential": 5000, "visit_value": 50, "visits": {"max": 2}, "visit_minutes": 50}
    ]);
    document["model"]["matrix"]["visit_value"] = json!({"low": 1, "high": 2});
    // 160 minutes are planned; 100 are left of 260.
    document["reps"][0]["minutes"] = json!(260);
    let case = Case::of(&document).expect("a plan");
    let once = |at| case.problem.find(at, Some(0), 1, None, 0).expect("an option");
    let field = vec![once(0), once(1), once(2)];
    let case = case.from(field);
    let visits: Vec<u32> = case.after.iter().map(|choice| choice.visits).collect();
    assert_eq!(visits, [1, 2, 2]);
}

#[test]
fn fewer_moves_are_better_where_more_would_win_a_customer_at_the_cost_of_better_visits() {
    // Calls lose nothing. Five moves free 100 minutes, 90 of which may win "gone" for 100; what is left is too short for
    // another visit to "big". Four moves free 80, 72 of which are too few for "gone", and "big" gets 1,000 more.
    let small = |number: usize| {
        json!({"id": format!("s{number}"), "owner": "r", "wallet": 90, "potential": 90, "visit_value": 10,
               "visits": {"max": 1}, "visit_minutes": 20})
    };
    let mut document = three_customers();
    let mut customers: Vec<Value> = (0..5).map(small).collect();
    customers.push(json!({"id": "big", "owner": "r", "wallet": 5000, "potential": 5000, "visit_value": 1000,
                          "visits": {"max": 2}, "calls": {"max": 0}}));
    customers.push(json!({"id": "gone", "owner": "r", "status": "inactive", "wallet": 2000, "potential": 2000,
                          "visit_value": 100, "visits": {"max": 1}, "visit_minutes": 90, "calls": {"max": 0}}));
    document["customers"] = json!(customers);
    document["reps"][0]["minutes"] = json!(160);
    document["telesales"][0] = json!({"id": "t", "minutes": 1000, "minutes_per_call": 1, "effect_per_call": 1});
    document["model"]["matrix"]["visit_value"] = json!({"low": 5, "high": 150});
    document["model"]["post_pass"] = json!({
        "telesales": {"calls_per_visit": 1}, "reactivate": {"share_of_freed": 0.9, "visits": 1},
        "frequency": {"raise_by_at_most": 4}
    });
    let case = Case::of(&document).expect("a plan");
    let once = |at| case.problem.find(at, Some(0), 1, None, 0).expect("an option");
    let field: Vec<_> = (0..6).map(once).chain([case.problem.find(6, None, 0, None, 0).expect("nothing")]).collect();
    let case = case.from(field);
    assert_eq!(case.value(&case.after) / 100, 50 + 2000);
    let moved = case.changes().iter().filter(|change| change.rule == RuleName::Telesales).count();
    assert!(moved < 5, "{moved} moves");
}

#[test]
fn last_periods_visits_stay_with_their_rep_where_these_visits_are_no_option_any_more() {
    let document = json!({
        "format": "visitplan-instance/1", "reps": [{"id": "a", "minutes": 6000}, {"id": "b", "minutes": 6000}],
        "customers": [{"id": "c", "owner": "a", "last_visits": 6, "coverage": [
            {"rep": "a", "minutes_per_visit": 60, "revenue": [0, 10, 20, 30]},
            {"rep": "b", "minutes_per_visit": 60, "revenue": [0, 10, 20, 30, 40, 50, 60]}]}],
        "model": "field"
    });
    let case = Case::of(&document).expect("a plan");
    let repeated = visitplan::baseline::repeat(&case.instance, &case.problem).expect("a plan");
    let lane = case.problem.lane(repeated.choices[0].lane().expect("visits"));
    assert_eq!((lane.rep, repeated.choices[0].visits, repeated.adjusted), (Some(0), 3, vec![0]));
}

#[test]
fn under_contribution_calls_and_visits_that_cost_more_than_they_bring_are_not_added() {
    let mut document = three_customers();
    document["model"]["objective"] = json!("contribution");
    // An hour costs 150 and a visit to "gone" brings 100: time that is free stays free.
    document["model"]["economics"] = json!({"margin": 1, "cost_per_visit_hour": 150});
    document["telesales"][0]["cost_per_hour"] = json!(30);
    let case = passed(&document);
    let changes = case.changes();
    assert_eq!(
        changes.iter().map(|change| change.rule).collect::<Vec<_>>(),
        [RuleName::Telesales, RuleName::Frequency]
    );
    // 40 - 300 for the visits, 40 - 20 for the calls.
    assert_eq!(changes[0].value_change.map(|value| value.0), Some(28_000));
    assert!(case.value(&case.after) > case.value(&case.before));
}
