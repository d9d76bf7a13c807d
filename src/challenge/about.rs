//! What a workbook says of itself, so that what comes back can be laid beside the plan it speaks of.

use crate::json::Refusal;
use crate::table::Table;

/// The format that the workbooks state.
const FORMAT: &str = "visitplan-challenge/1";

/// What a workbook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The instance's name.
    pub name: String,
    /// What its customers have in common.
    pub region: String,
    /// The path of the instance, as it was given.
    pub instance: String,
    /// SHA-256 of the instance.
    pub instance_sha256: String,
    /// The path of the plan, as it was given.
    pub plan: String,
    /// SHA-256 of the plan.
    pub plan_sha256: String,
}

impl About {
    /// The rows of the sheet: what, and what of it.
    pub(super) fn rows(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("plan of", &self.name),
            ("region", &self.region),
            ("what to do", "On the sheet \"plan\", write in the yellow columns what you would do otherwise, and why."),
            ("", "your visits: how many visits in the period; 0 for none. Leave it empty where the plan is right."),
            ("", "your rep: who should visit, by id or name. Leave it empty if it does not matter."),
            ("", "reason, by: why, and who says so. Do not change the first column; rows may be sorted or deleted."),
            ("", "Send the file back. Each wish is priced: what the plan would be worth less with it."),
            ("format", FORMAT),
            ("instance", &self.instance),
            ("instance sha256", &self.instance_sha256),
            ("plan", &self.plan),
            ("plan sha256", &self.plan_sha256),
        ]
    }

    /// Reads the sheet.
    pub(super) fn read(table: &Table) -> Result<About, Refusal> {
        let mut found = std::collections::HashMap::new();
        table.for_each(|row| {
            found.entry(row.cell(0).text().into_owned()).or_insert_with(|| row.cell(1).text().into_owned());
            true
        });
        let mut take = |name: &str| {
            let remedy = "take the workbook that was exported, and fill it in again";
            found.remove(name).ok_or_else(|| table.refusal(format!("does not say \"{name}\""), remedy))
        };
        let format = take("format")?;
        if format != FORMAT {
            let problem = format!("is of the format \"{format}\", and {FORMAT} is due");
            return Err(table.refusal(problem, "export the plan again with this version"));
        }
        Ok(About {
            name: take("plan of")?,
            region: take("region")?,
            instance: take("instance")?,
            instance_sha256: take("instance sha256")?,
            plan: take("plan")?,
            plan_sha256: take("plan sha256")?,
        })
    }
}
