//! Reading a planning model: every field optional, every default that of `models/field-sales.json` but for segments and
//! economics, of which there are none, every problem collected.

use std::collections::BTreeMap;

use super::{
    Anchor, Band, Cell, Channels, Cuts, Economics, FrequencyStep, Matrix, Measure, Objective, OnlyIf, Owners,
    PartialRange, PlanningModel, PostPass, Range, ReactivateStep, Response, Rule, Scale, Segment, Status,
    TelesalesStep, Travel, Who, WinRate, WorkCalendar,
};
use crate::json::{Fields, Node, Reader, Refusal};
use crate::units::{Factor, Minutes};

impl PlanningModel {
    /// Reads a `visitplan-model/1` document.
    pub fn from_json(file: &str, source: &str) -> Result<PlanningModel, Refusal> {
        let node = Reader::root(file, source)?;
        let mut reader = Reader::strict(source);
        let model = PlanningModel::read(&mut reader, node);
        reader.finish(file)?;
        model.ok_or_else(|| Refusal::whole_file(file, "E201", "is not a planning model", "write an object {…}"))
    }

    /// Reads a model object; what is faulty has its default, and the reader holds the issue.
    pub fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<PlanningModel> {
        let mut fields = reader.object(node)?;
        reader.format(&mut fields, "visitplan-model/1");
        let objectives = [("revenue", Objective::Revenue), ("contribution", Objective::Contribution)];
        let owners = [("keep", Owners::Keep), ("prefer", Owners::Prefer), ("free", Owners::Free)];
        let channels = [
            ("field", Channels::Field),
            ("field_then_post_pass", Channels::FieldThenPostPass),
            ("joint", Channels::Joint),
        ];
        let name = fields.get(reader, "name", |r, n| r.id(n)).map_or_else(|| "unnamed".to_owned(), Into::into);
        let objective_node = fields.take("objective");
        let objective = objective_node.and_then(|n| reader.word(n, &objectives)).unwrap_or(Objective::Revenue);
        let segments_node = fields.take("segments");
        let model = PlanningModel {
            format: "visitplan-model/1",
            name,
            objective,
            owners: fields.get(reader, "owners", |r, n| r.word(n, &owners)).unwrap_or(Owners::Keep),
            handover_fit: fields.get(reader, "handover_fit", Reader::factor).unwrap_or(Factor(850_000)),
            response: fields.get(reader, "response", response).unwrap_or(Response::Hyperbolic),
            anchor: section(&mut fields, reader, "anchor", anchor),
            visits: fields.get(reader, "visits", |r, n| range(r, n, 13)).unwrap_or(Range { min: 0, max: 13 }),
            calls: fields.get(reader, "calls", |r, n| range(r, n, 6)).unwrap_or(Range { min: 0, max: 6 }),
            mix: fields.get(reader, "mix", Reader::truth).unwrap_or(false),
            visit_minutes: fields.get(reader, "visit_minutes", Reader::minutes).unwrap_or(Minutes(45)),
            segments: segments_node.and_then(|node| segments(reader, node)).unwrap_or_default(),
            channels: fields
                .get(reader, "channels", |r, n| r.word(n, &channels))
                .unwrap_or(Channels::FieldThenPostPass),
            work: section(&mut fields, reader, "work", work),
            travel: section(&mut fields, reader, "travel", travel),
            matrix: section(&mut fields, reader, "matrix", matrix),
            post_pass: section(&mut fields, reader, "post_pass", post_pass),
            economics: fields.get(reader, "economics", economics),
            carry_over: fields.get(reader, "carry_over", Reader::share).unwrap_or(Factor(500_000)),
            rules: fields.get(reader, "rules", |r, n| r.list_of(n, rule)).unwrap_or_default(),
        };
        if model.objective == Objective::Contribution && model.economics.is_none() {
            let remedy = "add \"economics\": {\"margin\": …, \"cost_per_visit_hour\": …}";
            reader.fault(objective_node.unwrap_or(node), "E301", "needs economics, and there are none", remedy);
        }
        if model.economics.is_none() && model.rules.iter().any(|rule| matches!(rule, Rule::MaxCost { .. })) {
            let remedy = "add \"economics\": {\"margin\": …, \"cost_per_visit_hour\": …}";
            reader.fault(node, "E301", "has a rule max_cost but no economics", remedy);
        }
        if let Some(node) = segments_node {
            check_segments(reader, node, &model);
        }
        fields.finish(reader);
        Some(model)
    }
}

/// A segment's ranges, with what it leaves to the model, must hold something.
fn check_segments<'a>(reader: &mut Reader<'a>, node: Node<'a>, model: &PlanningModel) {
    for (name, segment) in &model.segments {
        for (what, own, general) in [("visits", segment.visits, model.visits), ("calls", segment.calls, model.calls)] {
            let (min, max) = (own.min.unwrap_or(general.min), own.max.unwrap_or(general.max));
            if min > max {
                let place = node.at(&[name, what]).or(node.at(&[name])).unwrap_or(node);
                let problem = format!("asks for at least {min} {what} and at most {max}");
                reader.fault(place, "E312", problem, "lower its min or raise its max");
            }
        }
    }
}

/// Reads a section whose fields all have defaults; an absent section has them all.
fn section<'a, T>(
    fields: &mut Fields<'a>,
    reader: &mut Reader<'a>,
    name: &'static str,
    read: fn(&mut Reader<'a>, &mut Fields<'a>) -> T,
) -> T {
    let given = fields.get(reader, name, Reader::object);
    with_fields(reader, given, read)
}

/// Reads the given fields, or none of them where the object is absent.
fn with_fields<'a, T>(
    reader: &mut Reader<'a>,
    given: Option<Fields<'a>>,
    read: fn(&mut Reader<'a>, &mut Fields<'a>) -> T,
) -> T {
    let mut fields = given.unwrap_or_else(Fields::none);
    let section = read(reader, &mut fields);
    fields.finish(reader);
    section
}

/// Reads `shape` and its parameter.
pub fn response<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Response> {
    let words = [("hyperbolic", 0), ("saturating", 1), ("power", 2), ("linear", 3), ("adbudg", 4)];
    let mut fields = reader.object(node)?;
    let shape = fields.require(reader, "shape", |r, n| r.word(n, &words));
    let response = match shape {
        Some(0) => Some(Response::Hyperbolic),
        Some(1) => Some(Response::Saturating),
        Some(2) => {
            let elasticity = fields.require(reader, "elasticity", |r, n| r.positive_real(n, 1));
            elasticity.map(|elasticity| Response::Power { elasticity })
        }
        Some(3) => Some(Response::Linear),
        Some(4) => fields.require(reader, "c", |r, n| r.positive_real(n, 10)).map(|c| Response::Adbudg { c }),
        _ => {
            // The shape is unknown: its parameter cannot be judged.
            fields.take("elasticity");
            fields.take("c");
            None
        }
    };
    fields.finish(reader);
    response
}

/// Reads `{min, max}`, either of which may be absent.
pub fn partial_range<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<PartialRange> {
    let mut fields = reader.object(node)?;
    let range =
        PartialRange { min: fields.get(reader, "min", Reader::visits), max: fields.get(reader, "max", Reader::visits) };
    fields.finish(reader);
    Some(range)
}

fn range<'a>(reader: &mut Reader<'a>, node: Node<'a>, default_max: u32) -> Option<Range> {
    let given = partial_range(reader, node)?;
    let range = Range { min: given.min.unwrap_or(0), max: given.max.unwrap_or(default_max) };
    if range.min > range.max {
        let problem = format!("has min {} above max {}", range.min, range.max);
        reader.fault(node, "E312", problem, "lower min or raise max");
    }
    Some(range)
}

fn anchor<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Anchor {
    Anchor {
        kept_without_visits: fields.get(reader, "kept_without_visits", kept).unwrap_or(Factor(600_000)),
        wallet_multiple: fields.get(reader, "wallet_multiple", above_one).unwrap_or(Factor(2_000_000)),
        visits_to_half: fields.get(reader, "visits_to_half", Reader::factor).unwrap_or(Factor(6_000_000)),
        win_rate: section(fields, reader, "win_rate", |reader, fields| WinRate {
            active: fields.get(reader, "active", Reader::share).unwrap_or(Factor(400_000)),
            new: fields.get(reader, "new", Reader::share).unwrap_or(Factor(250_000)),
            inactive: fields.get(reader, "inactive", Reader::share).unwrap_or(Factor(400_000)),
        }),
    }
}

/// The share of sales that stays without visits: below 1, or visits would add nothing.
fn kept<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Factor> {
    let share = reader.share(node)?;
    if share == Factor::ONE {
        reader.fault(node, "E202", "is 1: visits would add nothing", "give a share below 1");
        return None;
    }
    Some(share)
}

fn segments<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<BTreeMap<String, Segment>> {
    let mut fields = reader.object(node)?;
    let mut segments = BTreeMap::new();
    for (name, node) in fields.rest() {
        if let Some(segment) = segment(reader, node) {
            segments.insert(name.into_owned(), segment);
        }
    }
    Some(segments)
}

fn segment<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Segment> {
    let mut fields = reader.object(node)?;
    let segment = Segment {
        visits: fields.get(reader, "visits", partial_range).unwrap_or_default(),
        calls: fields.get(reader, "calls", partial_range).unwrap_or_default(),
        visit_minutes: fields.get(reader, "visit_minutes", Reader::minutes),
        travel_minutes: fields.get(reader, "travel_minutes", Reader::minutes),
        kept_without_visits: fields.get(reader, "kept_without_visits", kept),
    };
    fields.finish(reader);
    Some(segment)
}

fn work<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> WorkCalendar {
    WorkCalendar {
        days_per_week: fields.get(reader, "days_per_week", |r, n| at_most(r, n, 7)).unwrap_or(Factor(5_000_000)),
        holidays: fields.get(reader, "holidays", |r, n| at_most(r, n, 1000)).unwrap_or(Factor(1_000_000)),
        other_days: fields.get(reader, "other_days", |r, n| at_most(r, n, 1000)).unwrap_or(Factor(6_000_000)),
        hours_per_day: fields.get(reader, "hours_per_day", |r, n| at_most(r, n, 24)).unwrap_or(Factor(6_000_000)),
        reserve: fields.get(reader, "reserve", Reader::share).unwrap_or(Factor(100_000)),
    }
}

/// A factor from 0 to `largest`.
pub fn at_most<'a>(reader: &mut Reader<'a>, node: Node<'a>, largest: i64) -> Option<Factor> {
    let factor = reader.factor(node)?;
    if factor.0 > largest * Factor::ONE.0 {
        let per_cent = Factor(factor.0 / 100);
        let hint = match largest {
            2 if per_cent <= Factor::ONE => format!("; did you mean {per_cent}?"),
            _ => String::new(),
        };
        reader.fault(node, "E202", "is out of range", format!("the largest number allowed here is {largest}{hint}"));
        return None;
    }
    Some(factor)
}

/// A factor above 1: the wallet holds more than one company's sales.
fn above_one<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Factor> {
    let factor = reader.factor(node)?;
    if factor <= Factor::ONE {
        reader.fault(node, "E202", "is not above 1", "give a number above 1");
        return None;
    }
    Some(factor)
}

/// A factor from `smallest` to `largest`.
fn between<'a>(reader: &mut Reader<'a>, node: Node<'a>, smallest: i64, largest: i64) -> Option<Factor> {
    let factor = at_most(reader, node, largest)?;
    if factor.0 < smallest * Factor::ONE.0 {
        reader.fault(node, "E202", "is out of range", format!("the smallest number allowed here is {smallest}"));
        return None;
    }
    Some(factor)
}

fn travel<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Travel {
    Travel {
        speed_kmh: fields.get(reader, "speed_kmh", |r, n| between(r, n, 1, 1000)).unwrap_or(Factor(55_000_000)),
        detour: fields.get(reader, "detour", |r, n| at_most(r, n, 100)).unwrap_or(Factor(1_300_000)),
        visits_per_tour: fields
            .get(reader, "visits_per_tour", |r, n| between(r, n, 1, 1000))
            .unwrap_or(Factor(5_000_000)),
        local_minutes: fields.get(reader, "local_minutes", |r, n| at_most(r, n, 100_000)).unwrap_or(Factor(10_000_000)),
        radius_km: fields.get(reader, "radius_km", |r, n| at_most(r, n, 100_000)).unwrap_or(Factor(120_000_000)),
        nearest: fields.get(reader, "nearest", Reader::visits).unwrap_or(8),
        minutes: fields.get(reader, "minutes", Reader::minutes).unwrap_or(Minutes(25)),
    }
}

fn matrix<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Matrix {
    let scales = [("share", Scale::Share), ("quantile", Scale::Quantile), ("amount", Scale::Amount)];
    Matrix {
        scale: fields.get(reader, "scale", |r, n| r.word(n, &scales)).unwrap_or(Scale::Share),
        potential: section(fields, reader, "potential", cuts),
        visit_value: section(fields, reader, "visit_value", cuts),
    }
}

fn cuts<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Cuts {
    let high_node = fields.take("high");
    let cuts = Cuts {
        low: fields.get(reader, "low", Reader::cut).unwrap_or(Factor(200_000)),
        high: high_node.and_then(|node| reader.cut(node)).unwrap_or(Factor(500_000)),
    };
    if cuts.low > cuts.high {
        let node = high_node.unwrap_or(fields.node);
        reader.fault(node, "E312", format!("is below the low cut, {}", cuts.low), "raise high or lower low");
    }
    cuts
}

fn post_pass<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> PostPass {
    PostPass {
        telesales: section(fields, reader, "telesales", |reader, fields| {
            let words = [("pays", OnlyIf::Pays), ("always", OnlyIf::Always)];
            TelesalesStep {
                when: fields
                    .get(reader, "when", cell)
                    .unwrap_or(Cell { potential: Some(Band::Low), ..Cell::default() }),
                calls_per_visit: fields.get(reader, "calls_per_visit", Reader::visits).unwrap_or(2),
                only_if: fields.get(reader, "only_if", |r, n| r.word(n, &words)).unwrap_or(OnlyIf::Pays),
            }
        }),
        reactivate: section(fields, reader, "reactivate", |reader, fields| ReactivateStep {
            when: fields.get(reader, "when", cell).unwrap_or_else(|| Cell {
                potential: Some(Band::High),
                visit_value: None,
                status: vec![Status::Inactive, Status::New],
            }),
            share_of_freed: fields.get(reader, "share_of_freed", Reader::share).unwrap_or(Factor(300_000)),
            visits: fields.get(reader, "visits", Reader::visits).unwrap_or(3),
        }),
        frequency: section(fields, reader, "frequency", |reader, fields| FrequencyStep {
            when: fields.get(reader, "when", cell).unwrap_or(Cell {
                potential: Some(Band::High),
                visit_value: Some(Band::High),
                status: Vec::new(),
            }),
            raise_by_at_most: fields.get(reader, "raise_by_at_most", Reader::visits).unwrap_or(4),
        }),
    }
}

fn cell<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Cell> {
    let bands = [("low", Band::Low), ("middle", Band::Middle), ("high", Band::High)];
    let mut fields = reader.object(node)?;
    let cell = Cell {
        potential: fields.get(reader, "potential", |r, n| r.word(n, &bands)),
        visit_value: fields.get(reader, "visit_value", |r, n| r.word(n, &bands)),
        status: fields.get(reader, "status", |r, n| r.list_of(n, |r, n| r.word(n, &Status::WORDS))).unwrap_or_default(),
    };
    fields.finish(reader);
    Some(cell)
}

fn economics<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Economics> {
    let mut fields = reader.object(node)?;
    let margin = fields.require(reader, "margin", Reader::share);
    let cost_per_visit_hour = fields.require(reader, "cost_per_visit_hour", Reader::money);
    fields.finish(reader);
    // A faulty field has its issue already; a value of zero keeps later checks from repeating it.
    Some(Economics { margin: margin.unwrap_or_default(), cost_per_visit_hour: cost_per_visit_hour.unwrap_or_default() })
}

/// Reads a rule: an object with one field, whose name is the rule.
fn rule<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Rule> {
    const RULES: [(&str, ReadRule); 8] = [
        ("min_share", |r, f| {
            let (of, who, share) = share_of(r, f)?;
            Some(Rule::MinShare { of, who, share })
        }),
        ("max_share", |r, f| {
            let (of, who, share) = share_of(r, f)?;
            Some(Rule::MaxShare { of, who, share })
        }),
        ("min_visits", |r, f| {
            let (who, visits) = visits_to(r, f)?;
            Some(Rule::MinVisits { who, visits })
        }),
        ("max_visits", |r, f| {
            let (who, visits) = visits_to(r, f)?;
            Some(Rule::MaxVisits { who, visits })
        }),
        ("min_revenue", |r, f| {
            let who = f.get(r, "who", who);
            Some(Rule::MinRevenue {
                revenue: f.require(r, "revenue", Reader::signed_money)?,
                who: who.unwrap_or_default(),
            })
        }),
        ("max_cost", |r, f| Some(Rule::MaxCost { cost: f.require(r, "cost", Reader::money)? })),
        ("max_changed_owners", |r, f| {
            Some(Rule::MaxChangedOwners { customers: f.require(r, "customers", |r, n| r.whole(n, 1_000_000_000))? })
        }),
        ("max_changed_customers", |r, f| {
            let tolerance = f.get(r, "tolerance", Reader::visits).unwrap_or(0);
            Some(Rule::MaxChangedCustomers { share: f.require(r, "share", Reader::share)?, tolerance })
        }),
    ];
    let mut fields = reader.object(node)?;
    let named: Vec<_> = RULES.iter().filter_map(|(name, read)| Some((*name, fields.take(name)?, *read))).collect();
    let misspelt = fields.finish(reader);
    let &[(name, node_of_rule, read), ..] = &named[..] else {
        if !misspelt {
            reader.fault(node, "E302", "names no rule", "write {\"min_share\": {…}} or another rule's name");
        }
        return None;
    };
    if let Some((second, _, _)) = named.get(1) {
        let problem = format!("names two rules, {name} and {second}");
        reader.fault(node, "E302", problem, "make each a rule of its own");
        return None;
    }
    let node = node_of_rule;
    let mut fields = reader.object(node)?;
    let rule = read(reader, &mut fields);
    fields.finish(reader);
    rule
}

type ReadRule = for<'a> fn(&mut Reader<'a>, &mut Fields<'a>) -> Option<Rule>;

fn share_of<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Option<(Measure, Who, Factor)> {
    let words = [("visits", Measure::Visits), ("minutes", Measure::Minutes), ("revenue", Measure::Revenue)];
    let of = fields.require(reader, "of", |r, n| r.word(n, &words));
    let who = fields.get(reader, "who", who).unwrap_or_default();
    let share = fields.require(reader, "share", Reader::share);
    Some((of?, who, share?))
}

fn visits_to<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Option<(Who, i64)> {
    let who = fields.get(reader, "who", who).unwrap_or_default();
    let visits = fields.require(reader, "visits", |r, n| r.whole(n, 1_000_000_000));
    Some((who, visits?))
}

/// The conditions on customers of a rule or a scenario.
pub fn who<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Who> {
    let mut fields = reader.object(node)?;
    let texts = |r: &mut Reader<'a>, n: Node<'a>| r.list_of(n, Reader::string);
    let who = Who {
        status: fields.get(reader, "status", |r, n| r.list_of(n, |r, n| r.word(n, &Status::WORDS))).unwrap_or_default(),
        segment: fields.get(reader, "segment", texts).unwrap_or_default(),
        owner: fields.get(reader, "owner", texts).unwrap_or_default(),
        tags: fields
            .get(reader, "tags", |r, n| {
                let mut fields = r.object(n)?;
                let mut tags = BTreeMap::new();
                for (name, node) in fields.rest() {
                    tags.insert(name.into_owned(), texts(r, node).unwrap_or_default());
                }
                Some(tags)
            })
            .unwrap_or_default(),
    };
    fields.finish(reader);
    Some(who)
}
