//! Customers: who may be visited or called.

use std::collections::HashSet;

use super::coverage::{Coverage, Stated, VisitTime};
use super::labels::Labels;
use super::lock::Lock;
use super::lookup::Lookup;
use super::rep::{Rep, location};
use crate::json::{Node, Notice, Reader};
use crate::model::{
    Anchor, Curve, History, Location, PartialRange, PlanningModel, Range, Response, Segment, Status, partial_range,
    response,
};
use crate::units::{Factor, Money};

/// A customer (a call point) with every default filled in.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Unique among the customers.
    pub id: Box<str>,
    /// Name for people; the id where none is given.
    pub name: Option<Box<str>>,
    /// The customer's segment.
    pub segment: Option<Box<str>>,
    /// Whether the customer buys.
    pub status: Status,
    /// Index of the rep who holds the account now.
    pub owner: Option<u32>,
    /// Sales in the comparable period.
    pub sales: Option<Money>,
    /// Whole demand in a period.
    pub wallet: Option<Money>,
    /// Whether the wallet is somebody's estimate; reported only.
    pub wallet_estimated: bool,
    /// Visits in the comparable period.
    pub last_visits: u32,
    /// Calls in the comparable period.
    pub last_calls: u32,
    /// Revenue that comes without any visit; reported only.
    pub base_revenue: Money,
    /// Whether the curve follows from history, and so from a judgement of what sales would stay without visits.
    pub anchored: bool,
    /// The response to visits; none for customers of whom only tables are known.
    pub curve: Option<Curve>,
    /// Visits in the period. The most also depends on the coverage.
    pub visits: Range,
    /// Calls in the period.
    pub calls: Range,
    /// The pools that may call, where not all may.
    pub pools: Option<Vec<u32>>,
    /// A decision made by hand.
    pub lock: Option<Lock>,
    /// The customer's own margin.
    pub margin: Option<Factor>,
    /// Where the customer is.
    pub location: Option<Location>,
    /// Labels.
    pub tags: Labels,
    /// The active reps who may visit, each at most once.
    pub coverage: Vec<Coverage>,
}

impl Customer {
    /// The name for people.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// What visits by a covering rep add, in cents before rounding: the table's entry (its last one beyond its end), else
    /// effectiveness x fit x R(n).
    pub fn visits_add(&self, coverage: &Coverage, reps: &[Rep], visits: u32) -> f64 {
        match &coverage.table {
            Some(table) => table[(visits as usize).min(table.len() - 1)] as f64,
            None => {
                let curve = |curve: Curve| curve.at(f64::from(visits)) * coverage.effect(reps);
                self.curve.map_or(0.0, curve)
            }
        }
    }

    pub(super) fn read<'a>(
        reader: &mut Reader<'a>,
        node: Node<'a>,
        model: &PlanningModel,
        reps: &[Rep],
        lookup: &Lookup<'_>,
    ) -> Option<Customer> {
        let mut fields = reader.object(node)?;
        let id = fields.require(reader, "id", Reader::id);
        let name = fields.get(reader, "name", Reader::string);
        let status = fields.get(reader, "status", |r, n| r.word(n, &Status::WORDS)).unwrap_or(Status::Active);
        let segment_name = fields.get(reader, "segment", |r, n| lookup.segment(r, n, model));
        let no_segment = Segment::default();
        let segment = segment_name.as_ref().and_then(|name| model.segments.get(&**name)).unwrap_or(&no_segment);
        let owner = fields.get(reader, "owner", |r, n| lookup.rep(r, n));
        let requires: Vec<Box<str>> =
            fields.get(reader, "requires", |r, n| r.list_of(n, Reader::id)).unwrap_or_default();

        // What visits are worth.
        let history = History {
            status,
            response: fields.get(reader, "response", response).unwrap_or(model.response),
            kept: segment.kept_without_visits.unwrap_or(model.anchor.kept_without_visits),
            potential: fields.get(reader, "potential", Reader::money),
            visit_value: fields.get(reader, "visit_value", Reader::money),
            sales: fields.get(reader, "sales", Reader::money),
            wallet: fields.get(reader, "wallet", Reader::money),
            last_visits: fields.get(reader, "last_visits", Reader::visits).unwrap_or(0),
        };
        let wallet_estimated = fields.get(reader, "wallet_estimated", Reader::truth).unwrap_or(false);
        let last_calls = fields.get(reader, "last_calls", Reader::visits).unwrap_or(0);
        let stated_base = fields.get(reader, "base_revenue", Reader::money);
        let margin = fields.get(reader, "margin", Reader::share);

        // How often.
        let visits_node = fields.take("visits");
        let own_visits = visits_node.and_then(|n| partial_range(reader, n)).unwrap_or_default();
        let calls_node = fields.take("calls");
        let (own_calls, allowed_pools) = calls_node.and_then(|n| read_calls(reader, n, lookup)).unwrap_or_default();
        let calls = effective(own_calls, segment.calls, model.calls);
        // Where the customer states neither end, the fault is the segment's, and the model's reader has it.
        if calls.min > calls.max && !own_calls.is_empty() {
            let problem = format!("asks for at least {} calls and at most {}", calls.min, calls.max);
            reader.fault(calls_node.unwrap_or(node), "E312", problem, "lower calls.min or raise calls.max");
        }
        let visits = effective(own_visits, segment.visits, model.visits);

        // By whom.
        let place = fields.get(reader, "location", location);
        let time = VisitTime {
            on_site: fields
                .get(reader, "visit_minutes", Reader::minutes)
                .or(segment.visit_minutes)
                .unwrap_or(model.visit_minutes),
            travel: fields.get(reader, "travel_minutes", Reader::minutes).or(segment.travel_minutes),
            location: place,
        };
        let stated = fields.take("coverage").and_then(|list| read_coverage(reader, list, reps, lookup, &time, model));
        let all_tables = stated.as_ref().is_some_and(|s| !s.is_empty() && s.iter().all(|s| s.coverage.table.is_some()));
        let stated_max = own_visits.max.or(segment.visits.max);
        let coverage = match stated {
            Some(stated) => limit_visits(reader, stated, own_visits.max, segment.visits.max, visits.max),
            None => Coverage::derive(owner, &requires, reps, &lookup.near, &time, model, visits.max),
        };
        let coverage: Vec<Coverage> = coverage
            .into_iter()
            .filter(|coverage| reps[coverage.rep as usize].is_active() && reps[coverage.rep as usize].can(&requires))
            .collect();
        if visits.min > visits.max && !own_visits.is_empty() && (stated_max.is_some() || !all_tables) {
            let problem = format!("asks for at least {} visits and at most {}", visits.min, visits.max);
            reader.fault(visits_node.unwrap_or(node), "E312", problem, "lower visits.min or raise visits.max");
        }

        let tags = fields.get(reader, "tags", Labels::read).unwrap_or_default();
        let lock = fields.take("lock").and_then(|node| {
            let lock = Lock::read(reader, node, lookup)?;
            lock.check(reader, node, visits, calls, &coverage, reps);
            Some(lock)
        });
        fields.finish(reader);

        let id = id?;
        let worth = worth(reader, node, &id, &model.anchor, &history, all_tables);
        let (curve, derived_base) = worth.map_or((None, Money(0)), |(curve, base)| (Some(curve), base));
        for _ in coverage.iter().filter(|coverage| coverage.minutes_per_visit.0 == 0) {
            reader.notices.add(Notice::FreeVisits, || id.to_string());
        }
        if coverage.is_empty() && visits.max > 0 {
            reader.notices.add(Notice::NobodyCovers, || id.to_string());
        }
        Some(Customer {
            id,
            name: name.map(Into::into),
            segment: segment_name,
            status,
            owner,
            sales: history.sales,
            wallet: history.wallet,
            wallet_estimated,
            last_visits: history.last_visits,
            last_calls,
            anchored: curve.is_some() && history.is_anchored(),
            base_revenue: stated_base.unwrap_or(derived_base),
            curve,
            visits,
            calls,
            pools: allowed_pools,
            lock,
            margin,
            location: place,
            tags,
            coverage,
        })
    }
}

/// The range in force: the customer's, else the segment's, else the model's, end by end.
fn effective(own: PartialRange, segment: PartialRange, model: Range) -> Range {
    let range = own.or(segment);
    Range { min: range.min.unwrap_or(model.min), max: range.max.unwrap_or(model.max) }
}

type Calls = (PartialRange, Option<Vec<u32>>);

fn read_calls<'a>(reader: &mut Reader<'a>, node: Node<'a>, lookup: &Lookup<'_>) -> Option<Calls> {
    let mut fields = reader.object(node)?;
    let range =
        PartialRange { min: fields.get(reader, "min", Reader::visits), max: fields.get(reader, "max", Reader::visits) };
    let pools = fields.get(reader, "pools", |r, n| r.list_of(n, |r, n| lookup.pool(r, n)));
    fields.finish(reader);
    let pools = pools.map(|mut pools| {
        pools.sort_unstable();
        pools.dedup();
        pools
    });
    Some((range, pools))
}

fn read_coverage<'a>(
    reader: &mut Reader<'a>,
    list: Node<'a>,
    reps: &[Rep],
    lookup: &Lookup<'_>,
    time: &VisitTime,
    model: &PlanningModel,
) -> Option<Vec<Stated<'a>>> {
    let elements = reader.list(list)?;
    let mut stated: Vec<Stated<'a>> = Vec::with_capacity(elements.len());
    // A few are looked through; of many a list is kept.
    let many = elements.len() > 32;
    let mut seen = HashSet::new();
    for node in elements {
        let Some(read) = Coverage::read(reader, node, reps, |r, n| lookup.rep(r, n), time, model) else { continue };
        let rep = read.coverage.rep;
        let again = if many { !seen.insert(rep) } else { stated.iter().any(|other| other.coverage.rep == rep) };
        if again {
            let problem = format!("names rep \"{}\" a second time", reps[rep as usize].id);
            reader.fault(node, "E306", problem, "keep one coverage per rep");
        } else {
            stated.push(read);
        }
    }
    Some(stated)
}

/// Sets the most visits of each coverage. A table allows as many as it lists, unless customer or segment allow fewer.
fn limit_visits<'a>(
    reader: &mut Reader<'a>,
    stated: Vec<Stated<'a>>,
    own: Option<u32>,
    segment: Option<u32>,
    in_force: u32,
) -> Vec<Coverage> {
    let mut coverage = Vec::with_capacity(stated.len());
    for Stated { coverage: mut one, table_node } in stated {
        let listed = one.table.as_ref().map(|table| u32::try_from(table.len() - 1).unwrap_or(u32::MAX));
        one.most = match (listed, own) {
            (None, _) => in_force,
            (Some(listed), Some(own)) => {
                if let (true, Some(node)) = (own > listed, table_node) {
                    let problem = format!("lists {listed} visits, and visits.max is {own}");
                    reader.fault(node, "E307", problem, format!("list {own} visits or lower visits.max to {listed}"));
                }
                own.min(listed)
            }
            (Some(listed), None) => listed.min(segment.unwrap_or(u32::MAX)),
        };
        coverage.push(one);
    }
    coverage
}

/// The curve of a customer and the revenue without visits, from what is stated or from history.
fn worth(
    reader: &mut Reader<'_>,
    node: Node<'_>,
    id: &str,
    anchor: &Anchor,
    history: &History,
    all_tables: bool,
) -> Option<(Curve, Money)> {
    if let (Some(potential), Some(visit_value)) = (history.potential, history.visit_value)
        && visit_value > potential
    {
        reader.notices.add(Notice::VisitValueCapped, || id.to_owned());
    }
    let stated = history.potential.is_some() || history.visit_value.is_some();
    let sells = history.sales.is_some_and(|sales| sales.0 > 0);
    if !stated && sells && history.wallet.is_none() {
        reader.notices.add(Notice::WalletAssumed, || id.to_owned());
    }
    let derived = anchor.derive(history);
    match derived {
        None if all_tables => None,
        None => {
            reader.notices.add(Notice::NothingKnown, || id.to_owned());
            None
        }
        // Tables say what visits add; history could only add the effect of calls.
        Some(_) if !stated && history.response != Response::Hyperbolic && all_tables => None,
        Some(_) if !stated && history.response != Response::Hyperbolic => {
            let problem =
                "has no potential and visit value, which only the hyperbolic response can derive from history";
            reader.fault(
                node,
                "E309",
                problem,
                "give \"potential\" and \"visit_value\", or use {\"shape\": \"hyperbolic\"}",
            );
            None
        }
        some => some,
    }
}
