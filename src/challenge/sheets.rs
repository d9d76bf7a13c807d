//! The workbook of a region. Every text is written as a text: no cell is a formula or a link, whatever the names.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet,
    XlsxError,
};

use super::{ABOUT_SHEET, About, PLAN_SHEET, Region, TITLES};
use crate::decision::Decision;
use crate::explain::explain;
use crate::instance::Instance;
use crate::problem::{Choice, Problem};
use crate::units::Money;

/// Widths of the columns, in characters.
const WIDTHS: [f64; 13] = [12.0, 30.0, 16.0, 16.0, 11.0, 11.0, 11.0, 12.0, 60.0, 11.0, 16.0, 30.0, 16.0];
/// The first column that the region fills in.
const YOURS: usize = 9;
/// Characters that a cell may hold.
const LONGEST: usize = 32_000;

/// What all workbooks of a plan have in common.
pub struct Sheets<'p> {
    /// The instance, with the plan's decisions.
    pub instance: &'p Instance,
    /// Its problem.
    pub problem: &'p Problem,
    /// The plan.
    pub choices: &'p [Choice],
    /// Price of each row, in cents per unit.
    pub prices: &'p [f64],
    /// What was decided by hand already.
    pub decisions: &'p [Decision],
}

impl Sheets<'_> {
    /// The bytes of a region's workbook, the same at any time.
    pub fn workbook(&self, region: &Region, about: &About) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // Bytes must not depend on the clock.
        let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        self.plan_sheet(book.add_worksheet(), region)?;
        about_sheet(book.add_worksheet(), about)?;
        book.save_to_buffer()
    }

    fn plan_sheet(&self, sheet: &mut Worksheet, region: &Region) -> Result<(), XlsxError> {
        let Sheets { instance, problem, choices, .. } = *self;
        sheet.set_name(PLAN_SHEET)?;
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let yours = Format::new().set_background_color(Color::RGB(0x00FF_F2CC));
        let money = Format::new().set_num_format("#,##0");
        for (column, (title, width)) in (0..).zip(TITLES.iter().zip(WIDTHS)) {
            let title = match (*title, instance.currency.as_str()) {
                ("worth", currency) if !currency.is_empty() => format!("worth ({})", cell(currency)),
                (title, _) => title.to_owned(),
            };
            let own = usize::from(column) >= YOURS;
            let format = if own { &head.clone().set_background_color(Color::RGB(0x00FF_E699)) } else { &head };
            sheet.write_string_with_format(0, column, title, format)?;
            sheet.set_column_width(column, width)?;
        }
        let mut last = 0;
        for (row, &at) in (1..).zip(&region.customers) {
            let (customer, choice) = (&instance.customers[at], choices[at]);
            let rep_name = |rep: Option<u32>| rep.map_or("", |rep| &instance.reps[rep as usize].name);
            let lane = choice.lane().map(|lane| problem.lane(lane));
            sheet.write_string(row, 0, cell(&customer.id))?;
            sheet.write_string(row, 1, cell(customer.display_name()))?;
            sheet.write_string(row, 2, cell(rep_name(customer.owner)))?;
            sheet.write_string(row, 3, cell(rep_name(lane.and_then(|lane| lane.rep))))?;
            sheet.write_number(row, 4, customer.last_visits)?;
            sheet.write_number(row, 5, choice.visits)?;
            sheet.write_number(row, 6, lane.map_or(0, |lane| lane.calls))?;
            sheet.write_number_with_format(row, 7, Money(problem.revenue(choice)).as_f64(), &money)?;
            sheet.write_string(row, 8, cell(&self.why(at)))?;
            for column in YOURS..TITLES.len() {
                sheet.write_blank(row, column as u16, &yours)?;
            }
            last = row;
        }
        sheet.set_freeze_panes(1, 2)?;
        sheet.autofilter(0, 0, last, TITLES.len() as u16 - 1)?;
        let most = region.customers.iter().flat_map(|&at| &instance.customers[at].coverage).map(|one| one.most).max();
        let most = i32::try_from(most.unwrap_or(0)).unwrap_or(i32::MAX);
        let number = DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(0, most))
            .ignore_blank(true)
            .set_error_title("your visits")?
            .set_error_message(format!("A whole number from 0 to {most}, or nothing."))?;
        sheet.add_data_validation(1, YOURS as u16, last.max(1), YOURS as u16, &number)?;
        Ok(())
    }

    /// One sentence.
    fn why(&self, at: usize) -> String {
        let customer = &self.instance.customers[at];
        if let Some(decision) = self.decisions.iter().find(|decision| *decision.customer == *customer.id) {
            return format!("decided by hand: {}", decision.words(self.instance));
        }
        explain(self.instance, self.problem, at, self.choices[at], self.prices).why()
    }
}

fn about_sheet(sheet: &mut Worksheet, about: &About) -> Result<(), XlsxError> {
    sheet.set_name(ABOUT_SHEET)?;
    sheet.set_column_width(0, 18.0)?;
    sheet.set_column_width(1, 100.0)?;
    let head = Format::new().set_bold();
    for (row, (what, of)) in (0..).zip(about.rows()) {
        sheet.write_string_with_format(row, 0, what, &head)?;
        sheet.write_string(row, 1, cell(of))?;
    }
    Ok(())
}

/// A text as long as a cell may hold.
fn cell(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
