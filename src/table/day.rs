//! Days as people write them. `03/04/2026` is in March or in April, by where it was written: the whole column decides.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::cell::Cell;

/// A day of which it may not be known yet which number is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawDay {
    /// Only one reading is possible.
    Day(Date),
    /// Two numbers and a year, as in 03/04/2026.
    Either {
        /// The first number.
        first: i8,
        /// The second number.
        second: i8,
        /// The year.
        year: i16,
    },
}

/// Which number comes first in 03/04/2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

/// The years that a company's history can be of.
const YEARS: std::ops::RangeInclusive<i16> = 1950..=2100;

impl RawDay {
    /// Reads a cell, or says why it is no day.
    pub fn read(cell: &Cell<'_>) -> Result<RawDay, String> {
        match cell {
            Cell::Text(text) => parse(text),
            Cell::Day(day) => Ok(RawDay::Day(*day)),
            Cell::Number(number) => Err(match serial_day(*number) {
                Some(day) => format!("is a number; as a day of a spreadsheet it would be {day}"),
                None => "is a number where a day is due".to_owned(),
            }),
            Cell::Fault(_) => Err("is an error of the spreadsheet".to_owned()),
            Cell::Truth(_) => Err("is no day".to_owned()),
            Cell::Empty => Err("is empty".to_owned()),
        }
    }

    /// The day, by the order of day and month; `None` where there is no such day.
    pub fn settled(self, order: Order) -> Option<Date> {
        match self {
            RawDay::Day(day) => Some(day),
            RawDay::Either { first, second, year } => {
                let (month, day) = if order == Order::DayFirst { (second, first) } else { (first, second) };
                Date::new(year, month, day).ok()
            }
        }
    }
}

fn parse(text: &str) -> Result<RawDay, String> {
    const NONE: &str = "is no day";
    let bytes = text.as_bytes();
    // The usual case first: 2026-04-01, whatever time follows.
    let number = |range: std::ops::Range<usize>| -> Option<i16> {
        bytes.get(range)?.iter().try_fold(0, |sum: i16, byte| {
            byte.is_ascii_digit().then(|| sum.checked_mul(10)?.checked_add(i16::from(byte - b'0')))?
        })
    };
    // Nothing but a time of day may follow.
    let ends = |at: usize| match bytes.get(at..) {
        None | Some([] | [b'Z']) => true,
        Some([b'T' | b' ', time @ ..]) => time.first().is_none_or(u8::is_ascii_digit) && time.contains(&b':'),
        Some(_) => false,
    };
    if let (Some(year), Some(b'-' | b'/' | b'.'), Some(month), Some(day)) =
        (number(0..4), bytes.get(4), number(5..7), number(8..10))
        && bytes[4] == bytes[7]
        && ends(10)
    {
        return known(year, month, day);
    }
    if let (Some(year), Some(month), Some(day), true) = (number(0..4), number(4..6), number(6..8), bytes.len() == 8) {
        return known(year, month, day);
    }
    if bytes.len() == 5 && bytes.iter().all(u8::is_ascii_digit) {
        let serial = text.parse().ok().and_then(serial_day);
        return Err(
            serial.map_or(NONE.to_owned(), |day| format!("is a number; as a day of a spreadsheet it would be {day}"))
        );
    }
    // What follows a blank or a T is a time of day; month names may have blanks around them.
    let day_part = text.split(['T', ',']).next().unwrap_or(text);
    let parts: Vec<&str> = day_part.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, year, ..] = parts[..] else { return Err(NONE.to_owned()) };
    if parts.get(3).is_some_and(|time| !time.contains(':')) {
        return Err(NONE.to_owned());
    }
    if year.len() == 2 && first.len() <= 2 && year.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("has a year of two digits".to_owned());
    }
    let year: i16 = year.parse().ok().filter(|_| year.len() == 4).ok_or(NONE)?;
    let small =
        |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()));
    let first = small(first).ok_or(NONE)?;
    match (small(second), month_named(second)) {
        (None, Some(month)) => known(year, month, i16::from(first)),
        (Some(second), _) if day_part.contains('.') => known(year, i16::from(second), i16::from(first)),
        (Some(second), _) => {
            let possible = |month: i8, day: i8| Date::new(year, month, day).is_ok() && YEARS.contains(&year);
            match (possible(second, first), possible(first, second)) {
                (false, false) => Err("is no day of the calendar".to_owned()),
                _ => Ok(RawDay::Either { first, second, year }),
            }
        }
        (None, None) => Err(NONE.to_owned()),
    }
}

fn known(year: i16, month: i16, day: i16) -> Result<RawDay, String> {
    let date =
        i8::try_from(month).ok().zip(i8::try_from(day).ok()).and_then(|(month, day)| Date::new(year, month, day).ok());
    date.filter(|_| YEARS.contains(&year)).map(RawDay::Day).ok_or_else(|| "is no day of the calendar".to_owned())
}

/// A month by its English or German name or the first three letters of it.
fn month_named(text: &str) -> Option<i16> {
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb"],
        &["mar", "mär", "mrz"],
        &["apr"],
        &["may", "mai"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez"],
    ];
    let lower = text.to_lowercase();
    if !lower.chars().all(char::is_alphabetic) {
        return None;
    }
    (1..).zip(MONTHS).find(|(_, names)| names.iter().any(|name| lower.starts_with(name))).map(|(month, _)| month)
}

/// The day of a spreadsheet's number of days since the end of 1899.
pub fn serial_day(serial: f64) -> Option<Date> {
    // Before March 1900 spreadsheets disagree, and no company has such a history.
    let days = (61.0..80_000.0).contains(&serial).then_some(serial.floor() as i64)?;
    Date::constant(1899, 12, 30).checked_add(days.days()).ok().filter(|day| YEARS.contains(&day.year()))
}

/// What the days of a column say of the order of day and month.
#[derive(Clone, Debug, Default)]
pub struct Days {
    day_first: Option<(u64, String)>,
    month_first: Option<(u64, String)>,
    either: Option<(u64, String)>,
}

impl Days {
    /// Takes note of a day and of where it stands.
    pub fn note(&mut self, day: RawDay, row: u64, cell: &Cell<'_>) {
        let RawDay::Either { first, second, .. } = day else { return };
        let example = || (row, cell.text().into_owned());
        let of = match (first > 12, second > 12) {
            (true, _) => &mut self.day_first,
            (_, true) => &mut self.month_first,
            _ => &mut self.either,
        };
        of.get_or_insert_with(example);
    }

    /// The order of day and month; a problem with its row and value where it cannot be told.
    pub fn settle(&self, stated: Option<Order>) -> Result<Order, (u64, String, String)> {
        match (stated, &self.day_first, &self.month_first, &self.either) {
            (Some(Order::DayFirst), _, Some((row, value)), _) => {
                Err((*row, value.clone(), "has the month first, and day_first is stated".to_owned()))
            }
            (Some(Order::MonthFirst), Some((row, value)), ..) => {
                Err((*row, value.clone(), "has the day first, and month_first is stated".to_owned()))
            }
            (Some(order), ..) => Ok(order),
            (None, Some((a, value)), Some((b, other)), _) => {
                Err((*b, other.clone(), format!("has the month first, and {value} in row {a} has the day first")))
            }
            (None, None, Some(_), _) => Ok(Order::MonthFirst),
            (None, None, None, Some((row, value))) => Err((
                *row,
                value.clone(),
                "may have the day or the month first, and no other row says which".to_owned(),
            )),
            _ => Ok(Order::DayFirst),
        }
    }

    /// The order in words, with the day that showed it.
    pub fn spoken(&self) -> Option<String> {
        match (&self.day_first, &self.month_first) {
            (Some((row, value)), None) => Some(format!("days as day/month/year (row {row}: {value})")),
            (None, Some((row, value))) => Some(format!("days as month/day/year (row {row}: {value})")),
            _ => None,
        }
    }
}

/// A first day and a number of weeks, as `2026-07-01/13w`.
pub fn period_of(text: &str) -> Option<(Date, u32)> {
    let (start, weeks) = text.split_once('/')?;
    let start = start.parse::<Date>().ok().filter(|day| YEARS.contains(&day.year()) && start.len() == 10)?;
    let weeks = weeks.strip_suffix('w')?.parse().ok().filter(|weeks| (1..=1000).contains(weeks))?;
    start.checked_add(Span::new().weeks(i64::from(weeks))).ok()?;
    Some((start, weeks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        match RawDay::read(&Cell::Text(text)) {
            Ok(RawDay::Day(day)) => Some(day.to_string()),
            Ok(RawDay::Either { first, second, year }) => Some(format!("{first} {second} {year}")),
            Err(_) => None,
        }
    }

    #[test]
    fn days_are_read_in_every_usual_style() {
        for text in [
            "2026-04-03",
            "2026/04/03",
            "2026.04.03",
            "20260403",
            "03.04.2026",
            "3.4.2026",
            "3-Apr-2026",
            "03 April 2026",
            "3. Apr 2026",
            "2026-04-03T10:15:00",
            "2026-04-03 10:15",
            "03.04.2026 10:15:00",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-04-03"), "{text}");
        }
        assert_eq!(day("03/04/2026").as_deref(), Some("3 4 2026"));
        assert_eq!(day("3-4-2026 08:00").as_deref(), Some("3 4 2026"));
        for text in [
            "2026-02-30",
            "31.02.2026",
            "13/13/2026",
            "46115",
            "03.04.26",
            "soon",
            "2026",
            "1/2",
            "0026-04-03",
            "2026-04-03-05",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn the_column_decides_what_comes_first() {
        let settled = |texts: &[&str]| {
            let mut days = Days::default();
            for (row, text) in (2..).zip(texts) {
                let cell = Cell::Text(text);
                days.note(RawDay::read(&cell).unwrap(), row, &cell);
            }
            days.settle(None)
        };
        assert_eq!(settled(&["03/04/2026", "25/04/2026"]), Ok(Order::DayFirst));
        assert_eq!(settled(&["03/04/2026", "04/25/2026"]), Ok(Order::MonthFirst));
        assert_eq!(settled(&["2026-04-03"]), Ok(Order::DayFirst));
        assert_eq!(settled(&["03/04/2026", "05/06/2026"]).unwrap_err().0, 2);
        assert_eq!(settled(&["13/04/2026", "04/25/2026"]).unwrap_err().0, 3);
    }

    #[test]
    fn periods_are_a_day_and_weeks() {
        assert_eq!(period_of("2026-07-01/13w"), Some((Date::constant(2026, 7, 1), 13)));
        for text in ["2026-07-01", "2026-07-01/13", "2026-07-32/13w", "2026-07-01/0w", "01.07.2026/13w"] {
            assert_eq!(period_of(text), None, "{text}");
        }
    }

    #[test]
    fn the_days_of_spreadsheets_are_counted_from_the_end_of_1899() {
        assert_eq!(serial_day(46113.0).map(|day| day.to_string()).as_deref(), Some("2026-04-01"));
        assert_eq!(serial_day(61.5).map(|day| day.to_string()), None);
    }
}
