//! Reps: the people who visit.

use super::labels::Labels;
use crate::json::{Node, Notice, Reader};
use crate::model::{Location, PlanningModel, WorkTime};
use crate::units::{Factor, Minutes, Money};

/// A person (or position) who visits customers.
#[derive(Clone, Debug)]
pub struct Rep {
    /// Unique among the reps.
    pub id: Box<str>,
    /// Name for people; the id where none is given.
    pub name: Box<str>,
    /// Whether the position takes part in the plan.
    pub status: RepStatus,
    /// Net time for visits and travel in the period.
    pub minutes: Minutes,
    /// How the time follows from the calendar, where it does.
    pub work: Option<WorkTime>,
    /// Time that must at least be planned.
    pub least: Option<Minutes>,
    /// Multiplies what a visit of this rep adds.
    pub effectiveness: Factor,
    /// What the rep can do.
    pub skills: Vec<Box<str>>,
    /// Most customers with at least one visit by the rep.
    pub max_customers: Option<i64>,
    /// Cost of the rep in the period; reported only.
    pub cost: Option<Money>,
    /// What the rep's customers are to buy in the period; reported only.
    pub target: Option<Money>,
    /// Where the rep starts.
    pub location: Option<Location>,
    /// Labels.
    pub tags: Labels,
}

/// Whether a position takes part in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepStatus {
    /// Visits customers.
    Active,
    /// Owns customers, has no time.
    Vacant,
    /// A position that a what-if may open.
    Candidate,
}

impl Rep {
    /// Whether the rep visits in this plan.
    pub fn is_active(&self) -> bool {
        self.status == RepStatus::Active
    }

    /// Whether the rep has all the skills.
    pub fn can(&self, skills: &[Box<str>]) -> bool {
        skills.iter().all(|skill| self.skills.contains(skill))
    }

    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>, model: &PlanningModel, weeks: u32) -> Option<Rep> {
        let words = [("active", RepStatus::Active), ("vacant", RepStatus::Vacant), ("candidate", RepStatus::Candidate)];
        let mut fields = reader.object(node)?;
        let id = fields.require(reader, "id", Reader::id);
        let name = fields.get(reader, "name", Reader::string);
        let status = fields.get(reader, "status", |r, n| r.word(n, &words)).unwrap_or(RepStatus::Active);

        let stated = ["minutes", "hours", "work"].map(|name| fields.take(name));
        let [minutes_node, hours_node, work_node] = stated;
        let given = stated.iter().flatten().count();
        if given > 1 || (given == 0 && status != RepStatus::Vacant) {
            let problem = if given == 0 { "has no time" } else { "has its time stated more than once" };
            reader.fault(node, "E303", problem, "give exactly one of \"minutes\", \"hours\" and \"work\"");
        }
        let work = work_node.and_then(|node| read_work(reader, node));
        let minutes = minutes_node
            .and_then(|node| reader.minutes(node))
            .or_else(|| hours_node.and_then(|node| reader.hours(node)))
            .or_else(|| {
                let minutes = model.work.minutes(work?, weeks);
                if minutes.0 < 0 {
                    let problem = "leaves less than no time: more days off than working days";
                    reader.fault(work_node.unwrap_or(node), "E304", problem, "lower days_off or give \"hours\"");
                }
                Some(Minutes(minutes.0.max(0)))
            })
            .unwrap_or_default();

        let least_hours = fields.take("min_hours");
        let least_minutes = fields.take("min_minutes");
        if let (Some(_), Some(second)) = (least_hours, least_minutes) {
            reader.fault(second, "E303", "states the least time a second time", "give min_hours or min_minutes");
        }
        let least = least_hours
            .and_then(|node| reader.hours(node))
            .or_else(|| least_minutes.and_then(|node| reader.minutes(node)));

        let rep = Rep {
            name: name.map_or_else(|| id.clone().unwrap_or_default(), Into::into),
            id: id.clone().unwrap_or_default(),
            status,
            minutes,
            work,
            least,
            effectiveness: fields.get(reader, "effectiveness", Reader::factor).unwrap_or(Factor::ONE),
            skills: fields.get(reader, "skills", |r, n| r.list_of(n, Reader::id)).unwrap_or_default(),
            max_customers: fields.get(reader, "max_customers", |r, n| r.whole(n, 1_000_000_000)),
            cost: fields.get(reader, "cost", Reader::money),
            target: fields.get(reader, "target", Reader::money),
            location: fields.get(reader, "location", location),
            tags: fields.get(reader, "tags", Labels::read).unwrap_or_default(),
        };
        fields.finish(reader);
        if given == 1 && status == RepStatus::Active {
            if rep.minutes.0 == 0 {
                reader.notices.add(Notice::NoTime, || rep.id.to_string());
            } else if rep.minutes.0 > i64::from(weeks) * 7 * 24 * 60 {
                reader.notices.add(Notice::ImplausibleTime, || format!("{} has {}", rep.id, rep.minutes));
            }
        }
        id.map(|_| rep)
    }
}

fn read_work<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<WorkTime> {
    let mut fields = reader.object(node)?;
    let days = |r: &mut Reader<'a>, n: Node<'a>| crate::model::at_most(r, n, 1000);
    let work = WorkTime {
        fte: fields.get(reader, "fte", |r, n| crate::model::at_most(r, n, 2)).unwrap_or(Factor::ONE),
        days_off: fields.get(reader, "days_off", days).unwrap_or_default(),
        holidays: fields.get(reader, "holidays", days),
    };
    fields.finish(reader);
    Some(work)
}

/// Reads `{lat, lon}` in degrees.
pub(super) fn location<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Location> {
    let mut fields = reader.object(node)?;
    let lat = fields.require(reader, "lat", |r, n| r.degrees(n, 90));
    let lon = fields.require(reader, "lon", |r, n| r.degrees(n, 180));
    fields.finish(reader);
    Some(Location { lat: lat?, lon: lon? })
}
