//! The instance that scenarios are about.

use std::path::PathBuf;

use super::super::output::talk;
use super::super::{Failure, Place, input};
use crate::instance::Instance;
use crate::json::{Refusal, sha256};
use crate::what_if::{Base, Scenario};

/// An instance that scenarios are about, and where it comes from.
pub struct Ground {
    /// Its file, as messages name it.
    pub file: String,
    /// The files that were read for it.
    pub paths: Vec<PathBuf>,
    /// Where the files stand that it names.
    pub folder: PathBuf,
    /// The instance with its plan.
    pub base: Base,
    /// Digest of its planning model, which may be a file of its own.
    pub model: String,
}

impl Ground {
    /// Reads an instance and says what its user should know.
    pub fn read(place: &Place, quiet: bool) -> Result<Ground, Failure> {
        let (instance, paths) = input::with_text(place)?;
        let (file, folder) = (place.shown("standard input"), input::folder(place));
        for sentence in instance.instance.notices.sentences().into_iter().filter(|_| !quiet) {
            talk(&format!("notice: {sentence}"));
        }
        let model =
            serde_json::to_vec(&instance.instance.model).map_err(|error| Failure::Internal(error.to_string()))?;
        let base = Base::new(instance).map_err(|error| Failure::TooLarge { file: file.clone(), error })?;
        Ok(Ground { file, paths, folder, base, model: sha256(&model) })
    }

    /// The instance of a scenario, which messages name so.
    pub fn apply(&self, named: &str, scenario: &Scenario) -> Result<Instance, Refusal> {
        scenario.apply(named, &self.base.instance, &|name| input::model_text(&self.folder, name))
    }
}
