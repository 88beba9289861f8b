"""Synthetic readings with the hypoxia inputs they must give: the test of the console's own feature code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from . import SEED
from .features import MINUTE_MS, NAMES, features_from_readings

NOW = 1_760_000_000_000  # deliberately not on a minute
SPO2, HEART, OXYGEN = "spo2", "heartRate", "inspiredOxygenPercent"


def ago(minutes: float) -> int:
    return NOW - int(minutes * MINUTE_MS)


def cases() -> list[tuple[str, list[tuple[str, int, float]]]]:
    """(what the case shows, readings as (kind, time ms, value))."""
    rng = np.random.default_rng(SEED)

    def wave(m: int) -> float:
        return float(np.round(95 + 2 * np.sin(m / 47) + rng.normal(0, 0.6), 1))

    hourly = [(SPO2, ago(60 * k), v) for k, v in enumerate([96, 95, 97, 93, 94, 98])]
    heart = [(HEART, ago(1), 82.0), (HEART, ago(3), 86.0)]
    dense = [(SPO2, ago(m), wave(m)) for m in range(0, 760)] + [(HEART, ago(m), float(70 + m % 9)) for m in range(0, 60, 2)]
    dips = [(SPO2, ago(m), 88.0 if m in range(400, 420) or m in range(545, 590) else 95.0 + m % 3) for m in range(0, 720, 5)]
    return [
        ("nothing at all", []),
        (
            "one minute of a wearable, a reading every five seconds",
            [(SPO2, ago(s / 60), 97.0 - (s % 3)) for s in range(0, 60, 5)] + [(HEART, ago(s / 60), 78.0 + s % 4) for s in range(0, 60, 5)],
        ),
        (
            "ten minutes of a wearable",
            [(SPO2, ago(m / 2), wave(m)) for m in range(20)] + [(HEART, ago(m / 2), 90.0 + m) for m in range(20)],
        ),
        ("hourly charting, six hours", hourly + heart + [(OXYGEN, ago(300), 40.0)]),
        ("a reading every minute for longer than the window", dense),
        ("dips below 92 %: twenty minutes do not make a low half hour, forty-five do", dips + heart),
        (
            "artefacts are left out: SpO2 0 and 127, heart rate 0 and 300",
            hourly + heart + [(SPO2, ago(2), 0.0), (SPO2, ago(62), 127.0), (HEART, ago(2), 0.0), (HEART, ago(2), 300.0)],
        ),
        (
            "readings after now do not count, a reading in the current minute does",
            [(SPO2, NOW + 1, 60.0), (SPO2, NOW, 94.0), (HEART, NOW - 10, 88.0)],
        ),
        ("SpO2 now is missing: the newest reading is six minutes old", [(SPO2, ago(6.5), 95.0), (SPO2, ago(130), 92.0), *heart]),
        ("two hours known: no change and no trend", [(SPO2, ago(1), 93.0), (SPO2, ago(70), 96.0), *heart]),
        (
            "gaps: hours 0, 2 and 5 known, falling",
            [
                (SPO2, ago(2), 91.0),
                (SPO2, ago(140), 95.0),
                (SPO2, ago(330), 98.0),
                *heart,
                (OXYGEN, ago(600), 28.0),
                (OXYGEN, ago(30), 35.0),
            ],
        ),
        (
            "three hours known, but only two of the last six: change, and no trend",
            [(SPO2, ago(1), 93.0), (SPO2, ago(70), 96.0), (SPO2, ago(500), 91.0), *heart],
        ),
        (
            "edges: the minute that is 4 and 5, 29 and 30, 59 and 60, 359 and 360, 719 and 720 minutes old; oxygen 719 and 720",
            [
                (SPO2, ago(4), 96.0),
                (SPO2, ago(5), 90.0),
                (SPO2, ago(29), 91.0),
                (SPO2, ago(30), 93.0),
                (SPO2, ago(59), 92.0),
                (SPO2, ago(60), 97.0),
                (SPO2, ago(359), 89.0),
                (SPO2, ago(360), 84.0),
                (SPO2, ago(719), 87.0),
                (SPO2, ago(720), 70.0),
                (HEART, ago(14), 77.0),
                (HEART, ago(15), 120.0),
                (OXYGEN, ago(720), 60.0),
            ],
        ),
        ("heart rate too old, oxygen given as an invalid fraction", [*hourly, (HEART, ago(20), 80.0), (OXYGEN, ago(10), 0.4)]),
        (
            "several readings in one minute count as their mean",
            [(SPO2, ago(1), 98.0), (SPO2, ago(1) + 5, 92.0), (SPO2, ago(2), 96.0), (HEART, ago(0.2), 60.0), (HEART, ago(0.1), 70.0)],
        ),
    ]


def write(path: Path) -> None:
    body = {
        "title": "Synthetic readings and the hypoxia inputs they give (see FEATURES.md); null = missing",
        "featureNames": list(NAMES),
        "cases": [],
    }
    for name, readings in cases():
        features = features_from_readings(NOW, readings)
        body["cases"].append(
            {
                "name": name,
                "nowMs": NOW,
                "readings": [{"kind": k, "timeMs": t, "value": v} for k, t, v in readings],
                "features": [None if np.isnan(v) else float(v) for v in features],
            }
        )
    lines = ",\n".join("    " + json.dumps(case) for case in body["cases"])
    path.write_text(
        f'{{\n  "title": {json.dumps(body["title"])},\n  "featureNames": {json.dumps(body["featureNames"])},\n  "cases": [\n{lines}\n  ]\n}}\n'
    )
