//! Ids that stand twice, and ids that look alike.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use rayon::prelude::*;

use crate::json::{Node, Notice, Reader};

/// Refuses ids that stand twice and notes those that look alike; keeps the first of each. `nodes` are the elements that
/// were read; those that could not be are left out.
///
/// Ids are sorted by a hash of what they look like: any that are equal or alike are then neighbours.
pub(super) fn unique<'a, T: Send + Sync>(
    reader: &mut Reader<'a>,
    what: &str,
    nodes: &[Node<'a>],
    mut read: Vec<Option<T>>,
    id: impl Fn(&T) -> &str + Sync,
) -> Vec<T> {
    let keys = RandomState::new();
    let hash = |(index, item): (usize, &Option<T>)| Some((hash_folded(&keys, id(item.as_ref()?)), index));
    let mut order: Vec<(u64, usize)> = read.par_iter().enumerate().filter_map(hash).collect();
    order.par_sort_unstable();
    let runs: Vec<&[(u64, usize)]> = order.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1).collect();

    // Pairs of a later id and an earlier one, in the order of the file.
    let (mut doubled, mut alike) = (Vec::new(), Vec::new());
    for run in runs {
        let mut exact: HashMap<&str, usize> = HashMap::new();
        let mut folded: HashMap<String, usize> = HashMap::new();
        for &(_, index) in run {
            let Some(item) = &read[index] else { continue };
            let earlier = *exact.entry(id(item)).or_insert(index);
            if earlier != index {
                doubled.push((index, earlier));
                continue;
            }
            let earlier = *folded.entry(id(item).trim().to_lowercase()).or_insert(index);
            if earlier != index {
                alike.push((index, earlier));
            }
        }
    }
    doubled.sort_unstable();
    alike.sort_unstable();
    let name = |index: usize| read[index].as_ref().map_or("", &id);
    for (index, earlier) in alike {
        reader.notices.add(Notice::IdsLookAlike, || format!("{} and {}", name(earlier), name(index)));
    }
    for (index, earlier) in doubled {
        let place = nodes[index].at(&["id"]).unwrap_or(nodes[index]);
        let problem = format!("is the id of two {what}s; the first is number {} of the list", earlier + 1);
        reader.fault(place, "E310", problem, "give each its own id, or remove one");
        read[index] = None;
    }
    read.into_iter().flatten().collect()
}

/// A hash of an id without blanks around it and in small letters.
fn hash_folded(keys: &RandomState, id: &str) -> u64 {
    // Nearly no id has blanks around it, and characters are walked over slowly.
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = id.as_bytes();
    let trimmed = if plain(bytes.first()) && plain(bytes.last()) { id } else { id.trim() };
    let mut small = [0; 256];
    let mut hasher = keys.build_hasher();
    match small.get_mut(..trimmed.len()) {
        Some(small) if trimmed.is_ascii() => {
            small.copy_from_slice(trimmed.as_bytes());
            small.make_ascii_lowercase();
            hasher.write(small);
        }
        _ => hasher.write(trimmed.to_lowercase().as_bytes()),
    }
    hasher.finish()
}
