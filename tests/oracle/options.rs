//! The options of every customer, straight from the document.

use super::numbers::{Curve, cents, divided, millionths, minutes_of_hours, product, rounded, whole};
use serde_json::Value;

/// One way of treating a customer: nothing, visits by a rep, calls of a pool, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Index of the rep, where there is at least one visit.
    pub rep: Option<usize>,
    /// Number of visits.
    pub visits: i64,
    /// Index of the telesales pool, where there is at least one call.
    pub pool: Option<usize>,
    /// Number of calls.
    pub calls: i64,
    /// Minutes of the rep.
    pub minutes: i64,
    /// Minutes of the pool.
    pub call_minutes: i64,
    /// What it adds, in cents.
    pub revenue: i64,
    /// What it counts in the objective, in cents.
    pub value: i64,
}

/// What visits by a covering rep add.
pub enum Yield {
    /// The customer's curve, times effectiveness x fit.
    Curve(f64),
    /// A stated table, in cents.
    Table(Vec<i64>),
}

/// An active rep with the skills who may visit the customer.
pub struct Coverage {
    /// Index of the rep.
    pub rep: usize,
    /// Minutes of one visit, travel included.
    pub minutes: i64,
    /// The most visits by this rep.
    pub most: i64,
    /// What the visits add.
    pub adds: Yield,
}

/// The document, with its parts at hand.
pub struct Data<'a> {
    /// The model, an object.
    pub model: &'a Value,
    /// All reps.
    pub reps: &'a [Value],
    /// All telesales pools.
    pub pools: &'a [Value],
    /// All customers.
    pub customers: &'a [Value],
}

/// The elements of an array; none where it is absent.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A stated value, or nothing where it is absent or null.
pub fn stated(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !value.is_null())
}

impl<'a> Data<'a> {
    /// The parts of an instance document.
    pub fn new(instance: &'a Value) -> Self {
        assert!(instance["model"].is_object(), "the oracle reads models given inline");
        Data {
            model: &instance["model"],
            reps: list(&instance["reps"]),
            pools: list(&instance["telesales"]),
            customers: list(&instance["customers"]),
        }
    }

    /// Whether the rep works in this period: only such reps have options and rows.
    pub fn active(&self, rep: usize) -> bool {
        self.reps[rep]["status"].as_str().unwrap_or("active") == "active"
    }

    /// Minutes of a rep or pool: `minutes`, else `hours`.
    pub fn time(worker: &Value) -> i64 {
        stated(&worker["minutes"]).map_or_else(|| minutes_of_hours(&worker["hours"]), whole)
    }

    /// The customer's segment in the model's table; null where it has none.
    pub fn segment(&self, customer: &Value) -> &'a Value {
        customer["segment"].as_str().map_or(&Value::Null, |name| &self.model["segments"][name])
    }

    /// `min` or `max` of `visits` or `calls`: the customer's own, else the segment's, else the model's.
    pub fn limit(&self, customer: &Value, what: &str, end: &str) -> i64 {
        [customer, self.segment(customer), self.model]
            .into_iter()
            .find_map(|level| stated(&level[what][end]).map(whole))
            .unwrap_or(match (what, end) {
                ("visits", "max") => 13,
                ("calls", "max") => 6,
                _ => 0,
            })
    }

    /// The curve of the customer; its own `response` goes before the model's.
    pub fn curve<'b>(&'b self, customer: &'b Value) -> Curve<'b> {
        let (potential, value) = (stated(&customer["potential"]), stated(&customer["visit_value"]));
        let derived = potential.is_some() != value.is_some()
            || potential.is_none() && (stated(&customer["sales"]).or(stated(&customer["wallet"]))).is_some();
        assert!(!derived, "the oracle reads potential and visit value, it does not derive them");
        Curve {
            potential: potential.map_or(0, cents),
            visit_value: value.map_or(0, cents),
            response: stated(&customer["response"]).unwrap_or(&self.model["response"]),
        }
    }

    /// The active reps with the skills who may visit the customer.
    pub fn coverage(&self, customer: &Value) -> Vec<Coverage> {
        let entries = match customer["coverage"].as_array() {
            Some(entries) => entries.iter().map(|entry| (self.rep(&entry["rep"]), Some(entry), None)).collect(),
            None => self.derived_coverage(customer),
        };
        entries
            .into_iter()
            .filter(|&(rep, _, _)| self.may_visit(rep, customer))
            .map(|(rep, entry, fit)| self.covering(customer, rep, entry.unwrap_or(&Value::Null), fit))
            .collect()
    }

    fn rep(&self, id: &Value) -> usize {
        self.reps.iter().position(|rep| rep["id"] == *id).unwrap_or_else(|| panic!("no rep {id}"))
    }

    fn may_visit(&self, rep: usize, customer: &Value) -> bool {
        let skills = list(&self.reps[rep]["skills"]);
        self.active(rep) && list(&customer["requires"]).iter().all(|skill| skills.contains(skill))
    }

    /// Who may visit a customer without `coverage`, with the fit in millionths. There are no locations, so
    /// every rep counts as near.
    fn derived_coverage<'b>(&self, customer: &Value) -> Vec<(usize, Option<&'b Value>, Option<i128>)> {
        const ONE: i128 = 1_000_000;
        let owner = stated(&customer["owner"]).map(|id| self.rep(id));
        let working_owner = owner.filter(|&owner| self.active(owner));
        let owners = self.model["owners"].as_str().unwrap_or("keep");
        if let ("keep", Some(owner)) = (owners, working_owner) {
            return vec![(owner, None, Some(ONE))];
        }
        let nearest = stated(&self.model["travel"]["nearest"]).map_or(8, whole) as usize;
        let mut reps: Vec<usize> =
            (0..self.reps.len()).filter(|&rep| self.may_visit(rep, customer)).take(nearest).collect();
        if let Some(owner) = working_owner.filter(|owner| !reps.contains(owner)) {
            reps.push(owner);
        }
        // `prefer`: a customer that has an owner loses something when another rep takes it over, also when the
        // owner's position is vacant; where there is no owner, nothing is handed over.
        let fit = |rep| match owner {
            Some(owner) if owners == "prefer" && rep != owner => {
                stated(&self.model["handover_fit"]).map_or(850_000, millionths)
            }
            _ => ONE,
        };
        reps.into_iter().map(|rep| (rep, None, Some(fit(rep)))).collect()
    }

    fn covering(&self, customer: &Value, rep: usize, entry: &Value, fit: Option<i128>) -> Coverage {
        let segment = self.segment(customer);
        let minutes = stated(&entry["minutes_per_visit"]).map(whole).unwrap_or_else(|| {
            let on_site = [customer, segment, self.model].into_iter().find_map(|level| stated(&level["visit_minutes"]));
            let travel = [customer, segment].into_iter().find_map(|level| stated(&level["travel_minutes"]));
            let travel = travel.or_else(|| stated(&self.model["travel"]["minutes"]));
            on_site.map_or(45, whole) + travel.map_or(25, whole)
        });
        let (most, adds) = match entry["revenue"].as_array() {
            Some(table) => {
                let longest = table.len() as i64 - 1;
                let own = stated(&customer["visits"]["max"]).map(whole);
                let segments = stated(&segment["visits"]["max"]).map(whole);
                let most = own.or(segments).map_or(longest, |most| most.min(longest));
                (most, Yield::Table(table.iter().map(cents).collect()))
            }
            None => {
                let effectiveness = stated(&self.reps[rep]["effectiveness"]).map_or(1_000_000, millionths);
                let fit = fit.or_else(|| stated(&entry["fit"]).map(millionths)).unwrap_or(1_000_000);
                (self.limit(customer, "visits", "max"), Yield::Curve(product(effectiveness, fit)))
            }
        };
        Coverage { rep, minutes, most, adds }
    }

    /// The pools that may call the customer.
    pub fn pools(&self, customer: &Value) -> Vec<usize> {
        let allowed = customer["calls"]["pools"].as_array();
        (0..self.pools.len()).filter(|&pool| allowed.is_none_or(|ids| ids.contains(&self.pools[pool]["id"]))).collect()
    }

    /// Every option of the customer.
    pub fn options(&self, customer: &Value) -> Vec<Choice> {
        let lock = &customer["lock"];
        let locked = |what: &str| stated(&lock[what]).map(whole);
        let (least_visits, least_calls) = (self.limit(customer, "visits", "min"), self.limit(customer, "calls", "min"));
        let most_calls = self.limit(customer, "calls", "max");
        let mix = self.model["mix"].as_bool().unwrap_or(false);

        // No visits, or n visits by a covering rep.
        let coverage = self.coverage(customer);
        let mut visits: Vec<(Option<&Coverage>, i64)> = Vec::new();
        if least_visits == 0 {
            visits.push((None, 0));
        }
        for covering in &coverage {
            visits.extend((least_visits.max(1)..=covering.most).map(|n| (Some(covering), n)));
        }

        // No calls, or k calls of a pool; outside `joint` only the fewest that minimum and lock allow.
        let numbers = match (locked("calls"), self.model["channels"].as_str()) {
            (Some(calls), _) => calls..=calls,
            (None, Some("joint")) => least_calls..=most_calls,
            (None, _) => least_calls..=least_calls,
        };
        let mut calls: Vec<(Option<usize>, i64)> = Vec::new();
        for k in numbers {
            match k {
                0 => calls.push((None, 0)),
                _ => calls.extend(self.pools(customer).into_iter().map(|pool| (Some(pool), k))),
            }
        }

        let mut options = Vec::new();
        for &(covering, n) in &visits {
            let rep = covering.map(|covering| covering.rep);
            let lock_holds = locked("visits").is_none_or(|visits| visits == n)
                && stated(&lock["rep"]).is_none_or(|id| rep == Some(self.rep(id)));
            for &(pool, k) in &calls {
                let both_allowed = covering.is_none_or(|covering| mix && n + k <= covering.most.max(most_calls));
                if lock_holds && (n == 0 || k == 0 || both_allowed) {
                    options.push(self.choice(customer, covering, n, pool, k));
                }
            }
        }
        options
    }

    fn choice(&self, customer: &Value, covering: Option<&Coverage>, n: i64, pool: Option<usize>, k: i64) -> Choice {
        const VISIT: i128 = 1_000_000;
        let curve = self.curve(customer);
        let by_visits = covering.map_or(0.0, |covering| match &covering.adds {
            Yield::Curve(factor) => curve.at(n as i128 * VISIT) * factor,
            Yield::Table(table) => table[n as usize] as f64,
        });
        let effect = pool.map_or(0, |pool| millionths(&self.pools[pool]["effect_per_call"]));
        let effort = n as i128 * VISIT + effect * k as i128;
        let with_calls = by_visits + curve.at(effort) - curve.at(n as i128 * VISIT);
        let revenue = rounded(if k == 0 { by_visits } else { with_calls });
        let minutes = covering.map_or(0, |covering| n * covering.minutes);
        let call_minutes = pool.map_or(0, |pool| k * whole(&self.pools[pool]["minutes_per_call"]));
        let value = match self.model["objective"].as_str() {
            Some("contribution") => self.contribution(customer, revenue, minutes, pool, call_minutes),
            _ => revenue,
        };
        let rep = covering.map(|covering| covering.rep);
        Choice { rep, visits: n, pool, calls: k, minutes, call_minutes, revenue, value }
    }

    /// margin x revenue - cost per visit hour x minutes / 60 - cost per hour x call minutes / 60, rounded once.
    fn contribution(
        &self,
        customer: &Value,
        revenue: i64,
        minutes: i64,
        pool: Option<usize>,
        call_minutes: i64,
    ) -> i64 {
        let margin = millionths(stated(&customer["margin"]).unwrap_or(&self.model["economics"]["margin"]));
        let costs = self.sixtieths_of_cost(minutes, pool, call_minutes);
        let value = divided(60 * margin * revenue as i128 - 1_000_000 * costs, 60_000_000);
        value.try_into().expect("cents")
    }

    /// What visit minutes and call minutes cost, in sixtieths of a cent.
    pub fn sixtieths_of_cost(&self, minutes: i64, pool: Option<usize>, call_minutes: i64) -> i128 {
        let visit_hour = cents(&self.model["economics"]["cost_per_visit_hour"]);
        let call_hour = pool.and_then(|pool| stated(&self.pools[pool]["cost_per_hour"])).map_or(0, cents);
        visit_hour as i128 * minutes as i128 + call_hour as i128 * call_minutes as i128
    }
}
