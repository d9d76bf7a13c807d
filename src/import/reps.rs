//! The table of reps.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::customers::Customer;
use super::ids::{Found, Ids};
use super::issues::{Issue, Issues};
use super::places;
use super::reader::{self, Pending, Reader};
use super::reconciliation::Reconciliation;
use super::source::Source;
use crate::instance::{RepEntry, WorkEntry};
use crate::json::Refusal;
use crate::table::{Hints, Row, Sought};
use crate::units::{Factor, Money};

/// The fields of a rep.
pub(super) const FIELDS: [Sought; 14] = [
    Sought::required(
        "id",
        "id repid rep salesrep salesrepid employeeid employee personalnummer personalnr mitarbeiternr \
         mitarbeiternummer mitarbeiter vertreternr vertreter adm",
    ),
    Sought::optional("name", "name repname fullname mitarbeitername"),
    Sought::optional("region", "region area district gebiet bezirk team"),
    Sought::optional(
        "fte",
        "fte fulltimeshare fulltime parttime employment vollzeitanteil teilzeit beschaeftigungsgrad \
         anteil",
    ),
    Sought::optional("days_off", "daysoff vacation vacationdays leave leavedays urlaub urlaubstage"),
    Sought::optional("hours", "hours nethours visithours stunden nettostunden"),
    places::LAT,
    places::LON,
    places::POSTCODE,
    places::CITY,
    Sought::optional("skills", "skills skill specialty fachgebiet qualifikation"),
    Sought::optional("max_customers", "maxcustomers maxaccounts maxkunden"),
    Sought::optional("cost", "cost costs salary kosten gehalt"),
    Sought::optional("target", "target quota goal ziel zielumsatz planumsatz"),
];
// Places of the fields above.
const ID: usize = 0;
const NAME: usize = 1;
const REGION: usize = 2;
const FTE: usize = 3;
const DAYS_OFF: usize = 4;
const HOURS: usize = 5;
const LAT: usize = 6;
const LON: usize = 7;
const POSTCODE: usize = 8;
const CITY: usize = 9;
const SKILLS: usize = 10;
const MOST: usize = 11;
const COST: usize = 12;
const TARGET: usize = 13;
/// Names of the sheet.
const SHEETS: [&str; 6] = ["reps", "rep", "sales reps", "employees", "mitarbeiter", "aussendienst"];
/// Largest amount, in cents.
const MOST_CENTS: i64 = 100_000_000_000_000;

/// A rep on the way into an instance.
#[derive(Debug)]
pub(super) struct Rep {
    pub entry: RepEntry,
    pub postcode: Option<String>,
}

struct Draft {
    rep: Rep,
    row: u64,
    numbers: [Option<Pending>; 8],
}

/// Reads the table; refuses whatever is wrong with it.
pub(super) fn read(source: &Source, hints: &Hints, said: &mut Reconciliation) -> Result<Vec<Rep>, Refusal> {
    let titled = reader::open(source, hints, &SHEETS, &FIELDS)?;
    let mut reader = Reader::new(&titled);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut rows_of: HashMap<String, u64> = HashMap::new();
    reader.named("rep", ID, |reader, row, id| {
        let column = reader.titled.columns.place(ID);
        if let Some(first) = rows_of.insert(id.clone(), row.number) {
            reader.fault(row.number, column, &id, format!("stands in row {first} too"), "keep one row for each rep");
            return;
        }
        drafts.push(draft(reader, row, id));
    });
    let style = reader.settle(hints.decimal);
    let mut reps = Vec::with_capacity(drafts.len());
    for Draft { mut rep, row, numbers } in drafts {
        let [fte, days_off, hours, lat, lon, most, cost, target] = numbers;
        if hours.is_some() && (fte.is_some() || days_off.is_some()) {
            let problem = "states hours, and a share of full time or days off too";
            reader.fault(row, reader.titled.columns.place(HOURS), "", problem, "give net hours, or share and days off");
        }
        match hours {
            Some(_) => {
                // 212.5 h are 12,750 minutes; a twentieth of a minute is not.
                let millionths = reader.scaled(hours, 6, style, 100_000_000_000, false);
                rep.entry.minutes = millionths.map(|hours| (hours * 60 + 500_000).div_euclid(1_000_000));
            }
            None => {
                let fte = reader.scaled(fte, 6, style, 2_000_000, false).map_or(Factor::ONE, Factor);
                let days_off = reader.scaled(days_off, 6, style, 1_000_000_000, false).map_or(Factor(0), Factor);
                rep.entry.work = Some(WorkEntry { fte, days_off });
            }
        }
        rep.entry.location = reader.location(lat, lon, style);
        rep.entry.max_customers = reader.scaled(most, 0, style, 1_000_000_000, true);
        rep.entry.cost = reader.scaled(cost, 2, style, MOST_CENTS, false).map(Money);
        rep.entry.target = reader.scaled(target, 2, style, MOST_CENTS, false).map(Money);
        reps.push(rep);
    }
    said.table("reps", &titled, reader.detected(), reps.len());
    said.full_time = titled.columns.place(FTE).is_none() && titled.columns.place(HOURS).is_none();
    said.no_days_off = titled.columns.place(DAYS_OFF).is_none() && titled.columns.place(HOURS).is_none();
    reader.finish()?;
    if reps.is_empty() {
        return Err(titled.table.refusal("has titles and no rep", "export the table again"));
    }
    Ok(reps)
}

fn draft(reader: &mut Reader<'_>, row: Row<'_>, id: String) -> Draft {
    let mut tags: BTreeMap<String, String> = reader.labels(row);
    let postcode = reader.label(row, &FIELDS[POSTCODE], POSTCODE, &mut tags);
    for place in [REGION, CITY] {
        reader.label(row, &FIELDS[place], place, &mut tags);
    }
    let entry =
        RepEntry { id, name: reader.text(row, NAME), skills: reader.words(row, SKILLS), tags, ..RepEntry::default() };
    let (lat, lon) = (reader.degree(row, LAT), reader.degree(row, LON));
    let mut number = |field, percent| reader.number(row, field, percent);
    Draft {
        rep: Rep { entry, postcode },
        row: row.number,
        numbers: [
            number(FTE, true),
            number(DAYS_OFF, false),
            number(HOURS, false),
            lat,
            lon,
            number(MOST, false),
            number(COST, false),
            number(TARGET, false),
        ],
    }
}

/// Owners by the ids of the list of reps; those who are on no list hold their customers as vacant positions.
pub(super) fn add_owners(
    reps: &mut Vec<Rep>,
    customers: &mut [Customer],
    said: &mut Reconciliation,
    issues: &mut Issues,
) {
    let listed: Vec<String> = reps.iter().map(|rep| rep.entry.id.clone()).collect();
    let ids = Ids::of(listed.iter().map(String::as_str));
    let mut vacant: HashSet<String> = HashSet::new();
    for customer in customers {
        let Some(owner) = &mut customer.entry.owner else {
            said.without_owner += 1;
            continue;
        };
        let near = match ids.find(owner) {
            Found::Exact(_) => continue,
            Found::WithZeros(rep) => {
                owner.clone_from(&listed[rep as usize]);
                said.owners_restored += 1;
                continue;
            }
            Found::Nearly(near) => Some(near),
            Found::Unknown => None,
        };
        if !vacant.insert(owner.clone()) {
            continue;
        }
        said.vacant.push(owner.clone());
        issues.add(|| Issue {
            file: customer.file.clone(),
            row: customer.row,
            column: "owner".to_owned(),
            value: owner.clone(),
            problem: "is on no list of reps: the position is treated as vacant".into(),
            remedy: match near {
                Some(near) => format!("is {near} meant? Write the id as the list of reps does").into(),
                None => "add the rep, or give the customers another owner".into(),
            },
        });
        let entry = RepEntry { id: owner.clone(), status: Some("vacant"), ..RepEntry::default() };
        reps.push(Rep { entry, postcode: None });
    }
}
