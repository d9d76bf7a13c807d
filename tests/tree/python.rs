//! The same verdict from two verifiers that share no code.

use rayon::prelude::*;
use visitplan::verify::{Rejected, verify};

use crate::case::Case;
use crate::support::branching::Dice;
use crate::support::{checked_document, python};
use crate::{count, mutate};

#[test]
fn the_checker_in_python_says_the_same_of_certificates_as_they_are_and_changed() {
    if !python() {
        return;
    }
    let verdicts: Vec<bool> = (70_000..70_000 + count(1_500))
        .into_par_iter()
        .filter_map(Case::of)
        .map(|case| {
            let folder = tempfile::tempdir().expect("a folder");
            let mut dice = Dice::new(case.seed);
            let mut document = case.some_document(&mut dice);
            for _ in 0..dice.below(3) {
                mutate::tree(&mut document, &case, &mut dice);
                mutate::number(&mut document, "/certificate", &mut dice);
            }
            if dice.chance(70) {
                mutate::agree(&mut document, &case.instance, &case.problem);
            }
            let text = document.to_string();
            let here = verify(&case.instance, &case.problem, "document", &text);
            let there = checked_document(&case.document.to_string(), &text, folder.path());
            // Numbers that are too large to be multiplied here are none to a language without a largest number.
            let too_large = |why: &Rejected| why.to_string().contains("too large") || why.to_string().contains("E202");
            let same = here.is_ok() == there.is_ok() || here.as_ref().is_err_and(too_large);
            assert!(same, "seed {}: {here:?}, {there:?}: {text}", case.seed);
            here.is_ok()
        })
        .collect();
    let accepted = verdicts.iter().filter(|&&verdict| verdict).count();
    assert!(accepted * 4 > verdicts.len() && accepted * 10 < verdicts.len() * 9, "{accepted} of {}", verdicts.len());
}
