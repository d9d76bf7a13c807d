//! The reps near a customer, without looking at all of them.
//!
//! Places are points on the unit sphere, so that neither the poles nor the date line are anything special, and stand in a
//! tree of boxes. A box is passed over where even its nearest point is farther than what is looked for by more than a
//! metre, which is far more than rounding can do; every distance that counts is the great circle's.

use std::collections::HashMap;

use super::rep::Rep;
use crate::model::{EARTH_RADIUS_KM, Location, Travel};

/// Places in a box that is not divided.
const FEW: usize = 8;
/// What a distance may be wrong by, in kilometres.
const MARGIN_KM: f64 = 0.001;

/// The active reps by where they are.
pub(super) struct Near<'i> {
    reps: &'i [Rep],
    /// The active reps, in the order of the instance; those without a place; those with each skill.
    active: Vec<u32>,
    anywhere: Vec<u32>,
    skilled: HashMap<&'i str, Vec<u32>>,
    /// The places of the others, box by box.
    places: Vec<(Point, u32)>,
    boxes: Vec<Box3>,
}

type Point = [f64; 3];

/// Some places that stand together, and around what.
struct Box3 {
    low: Point,
    high: Point,
    /// Its places, as a range.
    places: (usize, usize),
    /// The box that has the second half of them; the next one has the first half.
    second: Option<usize>,
}

impl<'i> Near<'i> {
    pub(super) fn new(reps: &'i [Rep]) -> Near<'i> {
        let active: Vec<u32> = (0..).zip(reps).filter(|(_, rep)| rep.is_active()).map(|(index, _)| index).collect();
        let located = |&&index: &&u32| reps[index as usize].location.is_some();
        let anywhere = active.iter().filter(|index| !located(index)).copied().collect();
        let mut skilled: HashMap<&str, Vec<u32>> = HashMap::new();
        for &index in &active {
            for skill in &reps[index as usize].skills {
                skilled.entry(skill).or_default().push(index);
            }
        }
        let place = |&index: &u32| Some((point(reps[index as usize].location?), index));
        let places = active.iter().filter_map(place).collect();
        let mut near = Near { reps, active, anywhere, skilled, places, boxes: Vec::new() };
        if !near.places.is_empty() {
            near.divide(0, near.places.len());
        }
        near
    }

    fn divide(&mut self, first: usize, end: usize) {
        let places = &mut self.places[first..end];
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for (point, _) in places.iter() {
            for axis in 0..3 {
                (low[axis], high[axis]) = (low[axis].min(point[axis]), high[axis].max(point[axis]));
            }
        }
        let number = self.boxes.len();
        self.boxes.push(Box3 { low, high, places: (first, end), second: None });
        if end - first > FEW {
            let wide = |axis: &usize| high[*axis] - low[*axis];
            let axis = (0..3).max_by(|a, b| wide(a).total_cmp(&wide(b))).unwrap_or(0);
            let middle = (end - first) / 2;
            places.select_nth_unstable_by(middle, |a, b| a.0[axis].total_cmp(&b.0[axis]));
            self.divide(first, first + middle);
            self.boxes[number].second = Some(self.boxes.len());
            self.divide(first + middle, end);
        }
    }

    /// The nearest of the active reps who have the skills and go as far as this place, with their distances: nearest
    /// first, ties in the order of the instance. A missing place is at distance 0 from everywhere.
    pub(super) fn find(&self, place: Option<Location>, requires: &[Box<str>], travel: &Travel) -> Vec<(f64, u32)> {
        let most = travel.nearest as usize;
        let can = |index: &&u32| self.reps[**index as usize].can(requires);
        let Some(place) = place else {
            let all = if travel.reaches(0.0) { self.who_may_have(requires) } else { &[] };
            return all.iter().filter(can).take(most).map(|&index| (0.0, index)).collect();
        };
        let mut search = Search { near: self, place, requires, travel, most, found: Vec::new(), limit: 0.0 };
        search.within(travel.radius_km.as_f64() + 1e-9);
        if travel.reaches(0.0) {
            search.found.extend(self.anywhere.iter().filter(can).take(most).map(|&index| (0.0, index)));
        }
        if !self.boxes.is_empty() {
            search.look(0, point(place));
        }
        search.keep_nearest();
        search.found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        search.found
    }

    /// The active reps, or those of them who have the rarest of some skills.
    fn who_may_have(&self, requires: &[Box<str>]) -> &[u32] {
        let having = |skill: &str| self.skilled.get(skill).map_or(&[][..], Vec::as_slice);
        requires.iter().map(|skill| having(skill)).min_by_key(|reps| reps.len()).unwrap_or(&self.active)
    }
}

/// What was found so far for one place.
struct Search<'s> {
    near: &'s Near<'s>,
    place: Location,
    requires: &'s [Box<str>],
    travel: &'s Travel,
    most: usize,
    found: Vec<(f64, u32)>,
    /// Square of the chord beyond which nobody is looked for.
    limit: f64,
}

impl Search<'_> {
    /// Looks no further than a distance.
    fn within(&mut self, distance_km: f64) {
        let angle = (distance_km + MARGIN_KM) / EARTH_RADIUS_KM;
        let chord = 2.0 * libm::sin(angle / 2.0);
        self.limit = if angle < std::f64::consts::PI { chord * chord } else { f64::INFINITY };
    }

    fn look(&mut self, number: usize, from: Point) {
        let here = &self.near.boxes[number];
        let Some(second) = here.second else {
            for &(_, index) in &self.near.places[here.places.0..here.places.1] {
                let rep = &self.near.reps[index as usize];
                let distance = rep.location.map_or(0.0, |location| self.place.distance_km(location));
                if self.travel.reaches(distance) && rep.can(self.requires) {
                    self.found.push((distance, index));
                }
            }
            if self.found.len() >= 2 * self.most.max(FEW) {
                self.keep_nearest();
            }
            return;
        };
        let first = number + 1;
        let away = |number: usize| self.near.boxes[number].away(from);
        let mut halves = [(away(first), first), (away(second), second)];
        halves.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (away, half) in halves {
            if away <= self.limit {
                self.look(half, from);
            }
        }
    }

    /// Drops whoever is not among the nearest, and looks no further than the last of them.
    fn keep_nearest(&mut self) {
        if self.found.len() <= self.most || self.most == 0 {
            self.found.truncate(self.most);
            return;
        }
        let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let (_, last, _) = self.found.select_nth_unstable_by(self.most - 1, order);
        let farthest = last.0;
        self.found.truncate(self.most);
        self.within(farthest);
    }
}

impl Box3 {
    /// Square of the distance of its nearest point.
    fn away(&self, from: Point) -> f64 {
        let axis = |axis: usize| (self.low[axis] - from[axis]).max(from[axis] - self.high[axis]).max(0.0);
        (0..3).map(|number| axis(number) * axis(number)).sum()
    }
}

/// A place on the unit sphere.
fn point(place: Location) -> Point {
    let radians = |degrees: f64| degrees * std::f64::consts::PI / 180.0;
    let (lat, lon) = (radians(place.lat), radians(place.lon));
    [libm::cos(lat) * libm::cos(lon), libm::cos(lat) * libm::sin(lon), libm::sin(lat)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    /// What the definition says, looking at everybody.
    fn one_by_one(reps: &[Rep], place: Option<Location>, requires: &[Box<str>], travel: &Travel) -> Vec<(f64, u32)> {
        let distance = |rep: &Rep| Some(place?.distance_km(rep.location?));
        let mut near: Vec<(f64, u32)> = (0_u32..)
            .zip(reps)
            .filter(|(_, rep)| rep.is_active() && rep.can(requires))
            .map(|(index, rep)| (distance(rep).unwrap_or(0.0), index))
            .filter(|(distance, _)| travel.reaches(*distance))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        near.truncate(travel.nearest as usize);
        near
    }

    /// A sequence that looks random: the high half of a linear congruential generator.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % below
        }

        /// A place of one of several regions, often the same one again.
        fn place(&mut self, region: u64) -> (f64, f64) {
            let fine = |numbers: &mut Numbers, width: f64| (numbers.next(2001) as f64 / 1000.0 - 1.0) * width;
            match region {
                0 => (48.0 + fine(self, 3.0), 11.0 + fine(self, 4.0)),
                1 => (90.0 - fine(self, 2.0).abs(), fine(self, 180.0)),
                2 => (-90.0 + fine(self, 2.0).abs(), fine(self, 180.0)),
                3 => (fine(self, 3.0), {
                    let lon = 180.0 - fine(self, 2.0).abs();
                    if self.next(2) == 0 { lon } else { -lon }
                }),
                4 => (fine(self, 90.0), fine(self, 180.0)),
                // A coarse grid: many ties, many at one place, some just opposite.
                _ => (self.next(5) as f64 * 45.0 - 90.0, self.next(9) as f64 * 45.0 - 180.0),
            }
        }
    }

    fn reps(numbers: &mut Numbers, count: u64, region: u64) -> Vec<Rep> {
        let listed: Vec<String> = (0..count)
            .map(|number| {
                let (lat, lon) = numbers.place(region);
                let located = numbers.next(12) > 0;
                let location =
                    if located { format!(r#", "location": {{"lat": {lat}, "lon": {lon}}}"#) } else { String::new() };
                let status = ["active", "active", "active", "vacant", "candidate"][numbers.next(5) as usize];
                let skills = [r#"[]"#, r#"["x"]"#, r#"["x", "y"]"#, r#"["y"]"#][numbers.next(4) as usize];
                format!(r#"{{"id": "r{number}", "minutes": 1, "status": "{status}", "skills": {skills}{location}}}"#)
            })
            .collect();
        let text = format!(r#"{{"format": "visitplan-instance/1", "reps": [{}], "customers": []}}"#, listed.join(","));
        Instance::from_json(&text).unwrap().reps
    }

    #[test]
    fn the_tree_finds_exactly_whom_looking_at_everybody_finds() {
        let mut numbers = Numbers(1);
        let model =
            Instance::from_json(r#"{"format": "visitplan-instance/1", "reps": [], "customers": []}"#).unwrap().model;
        for region in 0..6 {
            for count in [0, 1, 5, 40, 700] {
                let reps = reps(&mut numbers, count, region);
                let near = Near::new(&reps);
                for (radius_km, nearest) in
                    [(0, 3), (30, 1), (120, 8), (120, 0), (2_000, 20), (30_000, 8), (30_000, 9_999)]
                {
                    let travel =
                        Travel { radius_km: crate::units::Factor(radius_km * 1_000_000), nearest, ..model.travel };
                    for _ in 0..12 {
                        let region = if numbers.next(4) == 0 { 4 } else { region };
                        let (lat, lon) = numbers.place(region);
                        let place = (numbers.next(8) > 0).then_some(Location { lat, lon });
                        let requires: &[&str] = [&[][..], &[], &["x"], &["y", "x"], &["z"]][numbers.next(5) as usize];
                        let requires: Vec<Box<str>> = requires.iter().map(|&skill| skill.into()).collect();
                        let found = near.find(place, &requires, &travel);
                        assert_eq!(
                            found,
                            one_by_one(&reps, place, &requires, &travel),
                            "{place:?} {radius_km} {nearest}"
                        );
                    }
                }
            }
        }
    }
}
