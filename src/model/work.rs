//! Working time from the calendar (`models/visit-allocation.md`, section 6).

use serde::Serialize;

use crate::units::{Factor, Minutes};

/// The calendar all reps share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WorkCalendar {
    /// Working days a week.
    pub days_per_week: Factor,
    /// Public holidays in the period.
    pub holidays: Factor,
    /// Days of training, meetings and the like in the period.
    pub other_days: Factor,
    /// Hours a day for visits and travel.
    pub hours_per_day: Factor,
    /// Share of the time that stays unplanned.
    pub reserve: Factor,
}

/// One rep's working time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkTime {
    /// Share of full time.
    pub fte: Factor,
    /// Days of leave in the period.
    pub days_off: Factor,
    /// Public holidays, where they differ from the calendar's.
    pub holidays: Option<Factor>,
}

impl WorkCalendar {
    /// The same in words, step by step, as a manager checks it.
    pub fn steps(&self, work: WorkTime, weeks: u32) -> String {
        let holidays = work.holidays.unwrap_or(self.holidays);
        let days = self.days_per_week.as_f64() * f64::from(weeks) - holidays.as_f64() - self.other_days.as_f64();
        let own = days * work.fte.as_f64() - work.days_off.as_f64();
        format!(
            "{} days x {weeks} weeks - {holidays} holidays - {} other = {} days; x {} full time - {} off = {} days; \
             x {} h - {} % reserve = {}",
            self.days_per_week,
            self.other_days,
            decimals(days),
            work.fte,
            work.days_off,
            decimals(own),
            self.hours_per_day,
            decimals(self.reserve.as_f64() * 100.0),
            self.minutes(work, weeks)
        )
    }

    /// `floor(((days_per_week x weeks - holidays - other_days) x fte - days_off) x hours_per_day x 60 x (1 - reserve))`,
    /// exact; negative where the days off exceed the working days.
    pub fn minutes(&self, work: WorkTime, weeks: u32) -> Minutes {
        let unit = i128::from(Factor::ONE.0);
        let wide = |factor: Factor| i128::from(factor.0);
        let holidays = wide(work.holidays.unwrap_or(self.holidays));
        let days = wide(self.days_per_week) * i128::from(weeks) - holidays - wide(self.other_days);
        let own_days = days * wide(work.fte) - wide(work.days_off) * unit;
        let minutes = own_days * wide(self.hours_per_day) * 60 * (unit - wide(self.reserve));
        Minutes(i64::try_from(minutes.div_euclid(unit.pow(4))).unwrap_or(i64::MAX))
    }
}

/// A number with at most two decimals.
fn decimals(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_time_follows_from_the_calendar_exactly() {
        let calendar = WorkCalendar {
            days_per_week: Factor(5_000_000),
            holidays: Factor(1_000_000),
            other_days: Factor(6_000_000),
            hours_per_day: Factor(6_000_000),
            reserve: Factor(100_000),
        };
        // ((65 - 1 - 6) x 0.8 - 11) x 6 x 60 x 0.9 = 11469.6
        let work = WorkTime { fte: Factor(800_000), days_off: Factor(11_000_000), holidays: None };
        assert_eq!(calendar.minutes(work, 13), Minutes(11_469));
        assert_eq!(
            calendar.steps(work, 13),
            "5 days x 13 weeks - 1 holidays - 6 other = 58 days; x 0.8 full time - 11 off = 35.4 days; \
             x 6 h - 10 % reserve = 191 h 09"
        );
        let more_holidays = WorkTime { holidays: Some(Factor(3_000_000)), ..work };
        assert_eq!(calendar.minutes(more_holidays, 13), Minutes(10_951));
    }
}
