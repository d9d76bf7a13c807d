//! Travel time from locations (`models/visit-allocation.md`, section 5).

use serde::Serialize;

use crate::units::{Factor, Minutes};

/// Mean radius of the Earth, in kilometres.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A place in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Location {
    /// Latitude, north positive.
    pub lat: f64,
    /// Longitude, east positive.
    pub lon: f64,
}

/// How travel time follows from distance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Travel {
    /// Average speed on the road.
    pub speed_kmh: Factor,
    /// Length of the road over the great circle.
    pub detour: Factor,
    /// Customers seen on one tour, which share the way out and back.
    pub visits_per_tour: Factor,
    /// Minutes between two customers of a tour.
    pub local_minutes: Factor,
    /// How far a rep goes.
    pub radius_km: Factor,
    /// How many of the reps within the radius may visit a customer.
    pub nearest: u32,
    /// Travel time where a location is missing.
    pub minutes: Minutes,
}

impl Location {
    /// The great-circle distance by the haversine formula.
    pub fn distance_km(self, other: Location) -> f64 {
        let radians = |degrees: f64| degrees * std::f64::consts::PI / 180.0;
        let (lat1, lat2) = (radians(self.lat), radians(other.lat));
        let half_lat = libm::sin((lat2 - lat1) / 2.0);
        let half_lon = libm::sin(radians(other.lon - self.lon) / 2.0);
        let h = half_lat * half_lat + libm::cos(lat1) * libm::cos(lat2) * half_lon * half_lon;
        2.0 * EARTH_RADIUS_KM * libm::asin(libm::sqrt(h.min(1.0)))
    }
}

impl Travel {
    /// Whether a distance lies within the radius.
    pub fn reaches(&self, distance_km: f64) -> bool {
        distance_km <= self.radius_km.as_f64() + 1e-9
    }

    /// Minutes of a visit: time on site, and travel over the distance where both places are known.
    pub fn minutes_per_visit(&self, on_site: Minutes, distance_km: Option<f64>) -> Minutes {
        let Some(distance) = distance_km else {
            return Minutes(on_site.0 + self.minutes.0);
        };
        let travel = 60.0 * self.detour.as_f64() * 2.0 * distance
            / (self.speed_kmh.as_f64() * self.visits_per_tour.as_f64())
            + self.local_minutes.as_f64();
        Minutes(((on_site.0 as f64 + travel) - 1e-9).ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUNICH: Location = Location { lat: 48.137, lon: 11.575 };
    const AUGSBURG: Location = Location { lat: 48.371, lon: 10.898 };
    const TRAVEL: Travel = Travel {
        speed_kmh: Factor(55_000_000),
        detour: Factor(1_300_000),
        visits_per_tour: Factor(5_000_000),
        local_minutes: Factor(10_000_000),
        radius_km: Factor(120_000_000),
        nearest: 8,
        minutes: Minutes(25),
    };

    #[test]
    fn munich_and_augsburg_are_56_kilometres_apart() {
        assert!((MUNICH.distance_km(AUGSBURG) - 56.4).abs() < 0.5);
        assert_eq!(MUNICH.distance_km(MUNICH), 0.0);
    }

    #[test]
    fn travel_time_is_rounded_up_to_whole_minutes() {
        // 60 x 1.3 x 2 x 55 / (55 x 5) + 10 = 41.2
        assert_eq!(TRAVEL.minutes_per_visit(Minutes(45), Some(55.0)), Minutes(87));
        assert_eq!(TRAVEL.minutes_per_visit(Minutes(45), Some(0.0)), Minutes(55));
        assert_eq!(TRAVEL.minutes_per_visit(Minutes(45), None), Minutes(70));
    }
}
