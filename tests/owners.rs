//! Who may visit a customer that states no coverage: owners, vacancies, distance, skills.

mod support;

use serde_json::{Value, json};
use support::problem_of;

/// Reps at 0, 50, 100 and 150 km from the customer on a meridian; the customer belongs to `owner`.
fn document(owners: &str, owner: Option<&str>, change: impl FnOnce(&mut Value)) -> Value {
    let at = |km: f64| json!({"lat": 48.0 + km / 111.195, "lon": 11.0});
    let mut document = json!({
        "format": "visitplan-instance/1",
        "reps": [
            {"id": "far", "hours": 100, "location": at(150.0), "skills": ["x"]},
            {"id": "third", "hours": 100, "location": at(100.0)},
            {"id": "second", "hours": 100, "location": at(50.0), "skills": ["x"]},
            {"id": "near", "hours": 100, "location": at(0.0)},
            {"id": "vacant", "status": "vacant", "location": at(0.0)},
            {"id": "later", "status": "candidate", "hours": 100, "location": at(0.0)}
        ],
        "customers": [{"id": "c", "potential": 1000, "visit_value": 100, "location": at(0.0)}],
        "model": {"format": "visitplan-model/1", "owners": owners, "handover_fit": 0.5, "channels": "field"}
    });
    if let Some(owner) = owner {
        document["customers"][0]["owner"] = json!(owner);
    }
    change(&mut document);
    document
}

/// Who may visit, with fit in per cent and minutes of a visit.
fn coverage(document: &Value) -> Vec<(String, i64, i64)> {
    let (instance, _) = problem_of(document);
    let named = |rep: u32| instance.reps[rep as usize].id.to_string();
    instance.customers[0].coverage.iter().map(|c| (named(c.rep), c.fit.0 / 10_000, c.minutes_per_visit.0)).collect()
}

fn names(document: &Value) -> Vec<String> {
    coverage(document).into_iter().map(|(name, _, _)| name).collect()
}

#[test]
fn a_kept_owner_is_the_only_one_however_far() {
    assert_eq!(names(&document("keep", Some("far"), |_| {})), ["far"]);
}

#[test]
fn without_an_owner_everybody_within_the_radius_may_come() {
    assert_eq!(names(&document("keep", None, |_| {})), ["third", "second", "near"]);
    assert_eq!(names(&document("keep", Some("vacant"), |_| {})), ["third", "second", "near"]);
    assert_eq!(names(&document("keep", Some("later"), |_| {})), ["third", "second", "near"]);
}

#[test]
fn only_the_nearest_come_and_skills_count_before_distance() {
    let nearest = document("keep", None, |d| d["model"]["travel"] = json!({"nearest": 2}));
    assert_eq!(names(&nearest), ["second", "near"]);
    let skilled = document("keep", None, |d| {
        d["model"]["travel"] = json!({"nearest": 1});
        d["customers"][0]["requires"] = json!(["x"]);
    });
    assert_eq!(names(&skilled), ["second"]);
}

#[test]
fn a_preferred_owner_comes_from_anywhere_and_others_at_the_handover_fit() {
    let preferred = coverage(&document("prefer", Some("far"), |_| {}));
    let fits: Vec<(&str, i64)> = preferred.iter().map(|(name, fit, _)| (name.as_str(), *fit)).collect();
    assert_eq!(fits, [("far", 100), ("third", 50), ("second", 50), ("near", 50)]);
    let vacant = coverage(&document("prefer", Some("vacant"), |_| {}));
    assert!(vacant.iter().all(|(_, fit, _)| *fit == 50), "a vacant owner is still the owner");
    let nobody = coverage(&document("prefer", None, |_| {}));
    assert!(nobody.iter().all(|(_, fit, _)| *fit == 100), "nothing is handed over");
}

#[test]
fn free_accounts_may_go_to_all_of_them_at_full_fit() {
    let free = coverage(&document("free", Some("far"), |_| {}));
    assert_eq!(free.len(), 4);
    assert!(free.iter().all(|(_, fit, _)| *fit == 100));
}

#[test]
fn minutes_follow_from_the_distance_or_are_stated() {
    // 45 on site, 60 x 1.3 x 2 x 50 / (55 x 5) + 10 = 38.4 on the way, rounded up.
    let derived = coverage(&document("keep", Some("second"), |_| {}));
    assert_eq!(derived, [("second".to_owned(), 100, 84)]);
    let stated = document("keep", Some("second"), |d| d["customers"][0]["travel_minutes"] = json!(20));
    assert_eq!(coverage(&stated)[0].2, 65);
    let unknown = document("keep", Some("second"), |d| {
        d["customers"][0].as_object_mut().expect("a customer").remove("location");
    });
    assert_eq!(coverage(&unknown)[0].2, 70, "45 on site and the model's 25");
}

#[test]
fn a_missing_location_counts_as_within_the_radius() {
    let unknown = document("keep", None, |d| {
        d["customers"][0].as_object_mut().expect("a customer").remove("location");
    });
    assert_eq!(names(&unknown), ["far", "third", "second", "near"]);
}
