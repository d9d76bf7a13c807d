//! The mapping file (`visitplan-map/1`): what no table says, and what cannot be guessed.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{customers, orders, reps, visits};
use crate::json::{Fields, Kind, Node, Reader, Refusal};
use crate::table::{Hints, Order, Sought, Style};

/// A mapping file; the default is an empty one.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The file, as messages name it.
    pub file: String,
    /// Name of the instance.
    pub name: String,
    /// Currency of all amounts.
    pub currency: String,
    /// Telesales pools as they stand.
    pub telesales: Vec<Box<RawValue>>,
    /// The planning model as it stands.
    pub model: Option<Box<RawValue>>,
    /// Of the table of customers.
    pub customers: Hints,
    /// Of the table of reps.
    pub reps: Hints,
    /// Of the table of visits.
    pub visits: VisitHints,
    /// Of the table of orders.
    pub orders: Hints,
}

/// Hints for the table of visits.
#[derive(Clone, Debug, Default)]
pub struct VisitHints {
    /// As for every table.
    pub table: Hints,
    /// What the words of the column of channels mean.
    pub channels: BTreeMap<String, Channel>,
}

/// How a customer was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// In person.
    Visit,
    /// By phone.
    Call,
    /// By mail or the like: no visit and no call.
    Neither,
}

impl Mapping {
    /// Reads a mapping file.
    pub fn read(file: &str, text: &str) -> Result<Mapping, Refusal> {
        let (mut reader, root) = Reader::open(file, text)?;
        let mapping = read(&mut reader, root);
        reader.finish(file)?;
        Ok(Mapping { file: file.to_owned(), ..mapping.unwrap_or_default() })
    }
}

fn read<'a>(reader: &mut Reader<'a>, root: Node<'a>) -> Option<Mapping> {
    let mut fields = reader.object(root)?;
    if !reader.format(&mut fields, "visitplan-map/1") {
        return None;
    }
    let mut mapping = Mapping::default();
    fields.get(reader, "instance", |reader, node| {
        let mut fields = reader.object(node)?;
        mapping.name = fields.get(reader, "name", Reader::string).unwrap_or_default();
        mapping.currency = fields.get(reader, "currency", Reader::string).unwrap_or_default();
        mapping.telesales = fields.get(reader, "telesales", |r, n| r.list_of(n, raw)).unwrap_or_default();
        mapping.model = fields.get(reader, "model", raw);
        fields.finish(reader);
        Some(())
    });
    let table = |fields: &mut Fields<'a>, reader: &mut Reader<'a>, name: &'static str, known: &[Sought]| {
        let read = |reader: &mut Reader<'a>, node| {
            let mut fields = reader.object(node)?;
            let hints = hints(reader, &mut fields, known);
            fields.finish(reader);
            Some(hints)
        };
        fields.get(reader, name, read).unwrap_or_default()
    };
    mapping.customers = table(&mut fields, reader, "customers", &customers::FIELDS);
    mapping.reps = table(&mut fields, reader, "reps", &reps::FIELDS);
    mapping.orders = table(&mut fields, reader, "orders", &orders::FIELDS);
    let visits = fields.get(reader, "visits", |reader, node| {
        let mut fields = reader.object(node)?;
        let table = hints(reader, &mut fields, &visits::FIELDS);
        let words = [("visit", Channel::Visit), ("call", Channel::Call), ("neither", Channel::Neither)];
        let channels = fields.get(reader, "channels", |reader, node| {
            let members: Vec<(String, Node<'a>)> =
                reader.object(node)?.rest().map(|(name, node)| (name.to_lowercase(), node)).collect();
            let read = members.into_iter().filter_map(|(name, node)| Some((name, reader.word(node, &words)?)));
            Some(read.collect())
        });
        fields.finish(reader);
        Some(VisitHints { table, channels: channels.unwrap_or_default() })
    });
    mapping.visits = visits.unwrap_or_default();
    fields.finish(reader);
    Some(mapping)
}

fn hints<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>, known: &[Sought]) -> Hints {
    let columns = fields.get(reader, "columns", |reader, node| {
        let members: Vec<(String, Node<'a>)> =
            reader.object(node)?.rest().map(|(name, node)| (name.to_string(), node)).collect();
        let mut columns = Vec::new();
        for (field, node) in members {
            if known.iter().all(|sought| sought.field != field) {
                let names: Vec<&str> = known.iter().map(|sought| sought.field).collect();
                let remedy = format!("use one of {}", names.join(", "));
                reader.fault(node, "E205", format!("is the column of \"{field}\", which is no field here"), remedy);
            } else if node.kind() == Kind::Null {
                columns.push((field, None));
            } else if let Some(title) = reader.string(node) {
                // As titles are read: blanks within them count once.
                columns.push((field, Some(title.split_whitespace().collect::<Vec<_>>().join(" "))));
            }
        }
        Some(columns)
    });
    let styles = [(".", Style::Point), (",", Style::Comma)];
    let orders = [("day_first", Order::DayFirst), ("month_first", Order::MonthFirst)];
    let delimiters = [(",", b','), (";", b';'), ("\t", b'\t'), ("|", b'|')];
    Hints {
        columns: columns.unwrap_or_default(),
        header_row: fields.get(reader, "header_row", |r, n| r.integer(n, 1, 1_000_000)).map(i64::unsigned_abs),
        decimal: fields.get(reader, "decimal", |r, n| r.word(n, &styles)),
        dates: fields.get(reader, "dates", |r, n| r.word(n, &orders)),
        delimiter: fields.get(reader, "delimiter", |r, n| r.word(n, &delimiters)),
        sheet: fields.get(reader, "sheet", Reader::string),
    }
}

/// A value as it stands.
fn raw<'a>(_: &mut Reader<'a>, node: Node<'a>) -> Option<Box<RawValue>> {
    RawValue::from_string(node.text.to_owned()).ok()
}
