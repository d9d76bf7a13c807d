//! The table of customers.

use std::collections::{BTreeMap, HashMap};

use super::issues::{Issue, Issues};
use super::places;
use super::reader::{self, Pending, Reader};
use super::reconciliation::Reconciliation;
use super::source::Source;
use super::wallet::{Known, estimate};
use crate::instance::{CustomerEntry, MostEntry};
use crate::json::Refusal;
use crate::model::PlanningModel;
use crate::table::{Hints, Row, Sought};
use crate::units::{Money, round_half_away};

/// The fields of a customer.
pub(super) const FIELDS: [Sought; 13] = [
    Sought::required(
        "id",
        "id customerid accountid customer account customerno customernumber accountno accountnumber \
         kundennummer kundennr kundenid kunde debitor debitorennummer debitorennr",
    ),
    Sought::optional("name", "name customername accountname company firma kundenname bezeichnung"),
    Sought::optional(
        "owner",
        "owner ownerid accountowner rep repid salesrep betreuer aussendienst adm vertreter besitzer",
    ),
    Sought::optional("segment", "segment class category abc abcclass klasse abckennzeichen kategorie"),
    Sought::optional(
        "wallet_per_year",
        "walletperyear wallet yearlywallet annualwallet potentialperyear annualpotential demandperyear \
         potential jahrespotenzial potenzial jahresbedarf bedarf",
    ),
    places::LAT,
    places::LON,
    places::POSTCODE,
    places::CITY,
    Sought::optional(
        "visit_minutes",
        "visitminutes minutespervisit visitduration duration besuchsdauer besuchsminuten dauer",
    ),
    Sought::optional("max_visits", "maxvisits maximumvisits visitsmax mostvisits maxbesuche hoechstbesuche"),
    Sought::optional(
        "phone_consent",
        "phoneconsent phoneok callconsent optin phoneoptin telephoneok telefonok werbeeinwilligung \
         telefoneinwilligung",
    ),
    Sought::optional("requires", "requires skills requiredskills specialty fachgebiet qualifikation"),
];
// Places of the fields above.
const ID: usize = 0;
const NAME: usize = 1;
const OWNER: usize = 2;
const SEGMENT: usize = 3;
const WALLET: usize = 4;
const LAT: usize = 5;
const LON: usize = 6;
const POSTCODE: usize = 7;
const CITY: usize = 8;
const MINUTES: usize = 9;
const MOST: usize = 10;
const PHONE: usize = 11;
const REQUIRES: usize = 12;
/// Names of the sheet.
const SHEETS: [&str; 5] = ["customers", "accounts", "customer", "kunden", "debitoren"];

/// A customer on the way into an instance.
#[derive(Debug)]
pub(super) struct Customer {
    pub entry: CustomerEntry,
    pub row: u64,
    pub file: String,
    pub postcode: Option<String>,
    /// Demand in a year.
    pub wallet_per_year: Option<Money>,
}

/// Numbers of a row before it is known how they are written.
struct Draft {
    customer: Customer,
    wallet: Option<Pending>,
    lat: Option<Pending>,
    lon: Option<Pending>,
    minutes: Option<Pending>,
    most: Option<Pending>,
}

/// Reads the table; refuses whatever is wrong with it.
pub(super) fn read(
    source: &Source,
    hints: &Hints,
    model: &Option<PlanningModel>,
    said: &mut Reconciliation,
) -> Result<Vec<Customer>, Refusal> {
    let titled = reader::open(source, hints, &SHEETS, &FIELDS)?;
    let mut reader = Reader::new(&titled);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut rows_of: HashMap<String, (u64, Vec<String>)> = HashMap::new();
    let (mut repeated, mut without_segment) = (0, BTreeMap::new());
    reader.named("customer", ID, |reader, row, id| {
        let cells = (0..row.len()).map(|at| row.cell(at).text().into_owned()).collect::<Vec<_>>();
        match rows_of.get(&id) {
            Some((_, before)) if *before == cells => {
                repeated += 1;
                return;
            }
            Some((first, _)) => {
                let problem = format!("stands in row {first} too, with other data");
                reader.fault(
                    row.number,
                    reader.titled.columns.place(ID),
                    &id,
                    problem,
                    "keep one row for each customer",
                );
                return;
            }
            None => {}
        }
        rows_of.insert(id.clone(), (row.number, cells));
        drafts.push(draft(reader, row, id, model, &mut without_segment));
    });
    let style = reader.settle(hints.decimal);
    let mut customers = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut customer = draft.customer;
        customer.wallet_per_year = reader.scaled(draft.wallet, 2, style, 100_000_000_000_000, false).map(Money);
        customer.entry.location = reader.location(draft.lat, draft.lon, style);
        customer.entry.visit_minutes = reader.scaled(draft.minutes, 0, style, 10_000, true);
        let most = reader.scaled(draft.most, 0, style, 10_000, true);
        customer.entry.visits = most.and_then(|most| u32::try_from(most).ok()).map(|max| MostEntry { max });
        customers.push(customer);
    }
    said.table("customers", &titled, reader.detected(), customers.len());
    reader.finish()?;
    if customers.is_empty() {
        return Err(titled.table.refusal("has titles and no customer", "export the table again"));
    }
    said.repeated_customers = repeated;
    said.unknown_segments = without_segment;
    Ok(customers)
}

fn draft(
    reader: &mut Reader<'_>,
    row: Row<'_>,
    id: String,
    model: &Option<PlanningModel>,
    without_segment: &mut BTreeMap<String, u64>,
) -> Draft {
    let mut tags = reader.labels(row);
    let mut segment = reader.text(row, SEGMENT);
    if let (Some(name), Some(model)) = (&segment, model)
        && !model.segments.contains_key(name.as_str())
    {
        *without_segment.entry(name.clone()).or_default() += 1;
        tags.insert("segment".to_owned(), name.clone());
        segment = None;
    }
    let postcode = reader.label(row, &FIELDS[POSTCODE], POSTCODE, &mut tags);
    reader.label(row, &FIELDS[CITY], CITY, &mut tags);
    let entry = CustomerEntry {
        id,
        name: reader.text(row, NAME),
        segment,
        owner: reader.id(row, OWNER),
        calls: (reader.truth(row, PHONE) == Some(false)).then_some(MostEntry { max: 0 }),
        requires: reader.words(row, REQUIRES),
        tags,
        ..CustomerEntry::default()
    };
    Draft {
        customer: Customer {
            entry,
            row: row.number,
            file: reader.titled.table.name.clone(),
            postcode,
            wallet_per_year: None,
        },
        wallet: reader.number(row, WALLET, false),
        lat: reader.degree(row, LAT),
        lon: reader.degree(row, LON),
        minutes: reader.number(row, MINUTES, false),
        most: reader.number(row, MOST, false),
    }
}

/// Customers who may be the same one: the same name in the same place. They are named, never joined.
pub(super) fn look_for_doubles(customers: &[Customer], issues: &mut Issues, said: &mut Reconciliation) {
    let mut seen: HashMap<(String, String), &Customer> = HashMap::new();
    for customer in customers {
        let Some(name) = &customer.entry.name else { continue };
        let place = match (&customer.postcode, &customer.entry.location) {
            (Some(postcode), _) => postcode.clone(),
            (None, Some(location)) => format!("{:.3} {:.3}", location.lat, location.lon),
            (None, None) => continue,
        };
        let key = (name.to_lowercase(), place);
        match seen.get(&key) {
            Some(first) => {
                said.look_alike += 1;
                issues.add(|| Issue {
                    file: customer.file.clone(),
                    row: customer.row,
                    column: "id".to_owned(),
                    value: customer.entry.id.clone(),
                    problem: format!("has name and place of {} in row {}", first.entry.id, first.row).into(),
                    remedy: "join the two in the source if they are one customer; both were kept".into(),
                });
            }
            None => {
                seen.insert(key, customer);
            }
        }
    }
}

/// Wallets of the period out of yearly ones, and estimates where there are none.
pub(super) fn fill_wallets(customers: &mut [Customer], weeks: u32, said: &mut Reconciliation) {
    for customer in &mut *customers {
        let per_period = |year: Money| round_half_away(i128::from(year.0) * i128::from(weeks), 52);
        customer.entry.wallet =
            customer.wallet_per_year.and_then(|year| i64::try_from(per_period(year)).ok()).map(Money);
    }
    let known: Vec<Known<'_>> = customers
        .iter()
        .map(|customer| Known {
            segment: customer.entry.segment.as_deref(),
            sales: customer.entry.sales,
            wallet: customer.entry.wallet,
        })
        .collect();
    let estimates = estimate(&known);
    for (customer, estimate) in customers.iter_mut().zip(estimates) {
        match estimate {
            Some(wallet) => {
                customer.entry.wallet = Some(wallet);
                customer.entry.wallet_estimated = true;
                said.wallets_estimated += 1;
            }
            None if customer.entry.wallet.is_none() && customer.entry.sales.0 > 0 => said.wallets_assumed += 1,
            None if customer.entry.wallet.is_none() => said.worth_unknown += 1,
            None => {}
        }
    }
}
