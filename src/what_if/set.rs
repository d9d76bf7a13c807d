//! Setting a value of a document by its path.

use super::document::Document;
use crate::instance::TextSource;
use crate::json::{Kind, Reader, did_you_mean};
use crate::model::built_in;

/// What is wrong, and a remedy.
pub type Fault = (String, String);

/// Times of reps and pools of which only one may be stated: setting one replaces the others.
pub const TIMES: [&[&str]; 2] = [&["hours", "minutes", "work"], &["min_hours", "min_minutes"]];

/// Sets the value at a path by names (RFC 6901); says what is wrong with the path, and what to do about it.
pub fn set(document: &mut Document<'_>, path: &str, value: &str, files: TextSource<'_>) -> Result<(), Fault> {
    let steps: Vec<String> = path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let unknown = |step: &str, known: &[String]| {
        let near = did_you_mean(step, known.iter().map(String::as_str));
        (format!("and there is no \"{step}\""), format!("name what there is, as /reps/anna/hours{near}"))
    };
    let Some((last, parents)) = steps.split_last().filter(|(_, parents)| path.starts_with('/') && !parents.is_empty())
    else {
        return Err(("which is no path".to_owned(), "write a path as /reps/anna/hours or /model/owners".to_owned()));
    };
    if last == "id" && parents.len() == 2 {
        return Err(("which is a name".to_owned(), "leave names as they are; add_reps adds a rep".to_owned()));
    }
    if parents[0] == "model" {
        open_model(document, files)?;
    }
    let mut place = document;
    for step in parents {
        if place.is_list() {
            let ids = place.ids();
            place = place.element(step).ok_or_else(|| unknown(step, &ids))?;
        } else {
            place = place.field_or_new(step).ok_or_else(|| unknown(step, &[]))?;
        }
    }
    if place.is_list() {
        let ids = place.ids();
        *place.element(last).ok_or_else(|| unknown(last, &ids))? = Document::Set(value.to_owned());
        return Ok(());
    }
    for names in TIMES.iter().filter(|names| parents.len() == 2 && names.contains(&last.as_str())) {
        names.iter().filter(|name| *name != last).for_each(|name| place.remove(name));
    }
    *place.field_or_new(last).ok_or_else(|| unknown(last, &[]))? = Document::Set(value.to_owned());
    Ok(())
}

/// Writes the planning model into the document where it is only named there.
fn open_model(document: &mut Document<'_>, files: TextSource<'_>) -> Result<(), Fault> {
    let name = match document.field("model") {
        None => "field-sales".to_owned(),
        Some(Document::Written(node)) if node.kind() == Kind::Text => node.as_text().unwrap_or_default(),
        Some(_) => return Ok(()),
    };
    let text = match built_in(&name) {
        Some(text) => text.to_owned(),
        None => files(&name)
            .map_err(|why| (format!("and the model {name} cannot be read: {why}"), "check the path".to_owned()))?,
    };
    let members = Reader::root(&name, &text)
        .map_err(|refusal| (format!("and the model cannot be read: {refusal}"), "check the file".to_owned()))?
        .fields();
    let members = members.into_iter().map(|(name, value)| (name, Document::Set(value.text.to_owned())));
    if let Some(place) = document.field_or_new("model") {
        *place = Document::Object(members.collect());
    }
    Ok(())
}
