"""Hypoxia: support vector machine on charted ICU vitals, four hours ahead. Inputs, training and figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import SVC
from tqdm import tqdm

from . import SEED, regimes
from .baseline import Baseline
from .data import FILES, Table, file_hashes, load_hypoxia
from .features import (
    HALF_HOURS,
    HEART_RATE_NOW_MINUTES,
    HOURS,
    LEVEL_HOURS,
    LOW_BELOW,
    MIN_HOURS,
    MINUTE_MS,
    NAMES,
    OXYGEN_MINUTES,
    SPO2_NOW_MINUTES,
    VALID,
    WINDOW_MINUTES,
)
from .judge import auc, gain, rnd, summary
from .prepare import Prepare, RiskModel, cross_fit
from .spec import MEDIAN_REPLACEMENT, Input, Task, Trained, flags, hide
from .task_figures import common_figures


def _source(kind: str, statistic: str, minutes: int, **more) -> dict:
    low, high = VALID[kind]
    return {
        "kind": kind,
        "validMin": low,
        "validMax": high,
        "first": "mean-per-utc-minute",
        "windowMinutes": minutes,
        "statistic": statistic,
        **more,
    }


_HALF_HOURS = {"bucketMinutes": 30, "buckets": HALF_HOURS, "bucketStatistic": "median"}
_HOURS = {"bucketMinutes": 60, "bucketStatistic": "median"}
INPUTS = (
    Input(
        "spo2NowPercent",
        "SpO2 now",
        "%",
        "Median of the last five minutes.",
        required=True,
        max_age_ms=SPO2_NOW_MINUTES * MINUTE_MS,
        clamp=(90, 100),
        decimals=1,
        source=_source("spo2", "median", SPO2_NOW_MINUTES),
    ),
    Input(
        "spo2Min12hPercent",
        "Lowest SpO2, 12 h",
        "%",
        "Lowest of the half-hourly medians of the last twelve hours and SpO2 now.",
        clamp=(70, 100),
        decimals=1,
        source=_source("spo2", "min", WINDOW_MINUTES, **_HALF_HOURS, includes="spo2NowPercent", minBuckets=1),
    ),
    Input(
        "spo2Mean6hPercent",
        "Mean SpO2, 6 h",
        "%",
        "Mean of the hourly medians of the last six hours.",
        clamp=(85, 100),
        decimals=1,
        source=_source("spo2", "mean", LEVEL_HOURS * 60, **_HOURS, buckets=LEVEL_HOURS, minBuckets=1),
    ),
    Input(
        "spo2Below92Percent12h",
        "Time with SpO2 below 92 %, 12 h",
        "%",
        "Share of the half hours measured in the last twelve hours whose median SpO2 was below 92 %.",
        clamp=(0, 50),
        decimals=1,
        source=_source("spo2", "share-below", WINDOW_MINUTES, **_HALF_HOURS, below=LOW_BELOW, minBuckets=1),
    ),
    Input(
        "spo2Change12hPercent",
        "SpO2 from hour to hour, 12 h",
        "%",
        "Mean difference, up or down, of one hourly median of the last twelve hours from the next; needs three.",
        clamp=(0, 6),
        decimals=2,
        source=_source("spo2", "mean-absolute-difference", WINDOW_MINUTES, **_HOURS, buckets=HOURS, minBuckets=MIN_HOURS),
    ),
    Input(
        "spo2Trend6hPercentPerHour",
        "Trend of SpO2, 6 h",
        "%/h",
        "Least-squares slope of the hourly medians of the last six hours, rising = positive; needs three.",
        clamp=(-3, 3),
        decimals=2,
        source=_source("spo2", "slope-per-hour", LEVEL_HOURS * 60, **_HOURS, buckets=LEVEL_HOURS, minBuckets=MIN_HOURS),
    ),
    Input(
        "heartRateNowPerMin",
        "Heart rate now",
        "/min",
        "Median of the last fifteen minutes.",
        required=True,
        max_age_ms=HEART_RATE_NOW_MINUTES * MINUTE_MS,
        clamp=(45, 150),
        source=_source("heartRate", "median", HEART_RATE_NOW_MINUTES),
    ),
    Input(
        "inspiredOxygenPercent",
        "Inspired oxygen",
        "%",
        "Oxygen in the inspired air as last entered; 21 = room air. Unknown is allowed.",
        max_age_ms=OXYGEN_MINUTES * MINUTE_MS,
        clamp=(30, 100),
        source=_source("inspiredOxygenPercent", "newest", OXYGEN_MINUTES),
    ),
)
assert tuple(i.name for i in INPUTS) == NAMES
NEGATIVES_PER_POSITIVE = 3
BASELINE = Baseline("SpO2 now and lowest of twelve hours, logistic regression", (0, 1))


def thinned(x: np.ndarray, y: np.ndarray, rng: np.random.Generator):
    """All positives and three negatives for each: keeps the support vectors near a thousand. Calibration uses every row."""
    negative = np.flatnonzero(y == 0)
    count = min(len(negative), NEGATIVES_PER_POSITIVE * int(y.sum()))
    rows = np.concatenate([np.flatnonzero(y == 1), rng.choice(negative, count, replace=False)])
    return x[rows], y[rows]


def by_patient(x, y, groups, seed=SEED):
    return list(StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(x, y, groups))


def blank_model(columns=None) -> RiskModel:
    inputs = INPUTS if columns is None else tuple(INPUTS[c] for c in columns)
    svm = SVC(C=0.03, gamma=0.03, class_weight="balanced")
    return RiskModel(Prepare(flags(inputs, "zero_is_missing"), [i.clamp for i in inputs]), svm, by_patient, thinned, SEED)


def first_minutes(x: np.ndarray) -> np.ndarray:
    """What a wearable knows after a minute: SpO2 and heart rate now, nothing before, no oxygen."""
    out = x.copy()
    out[:, [1, 2]] = x[:, :1]
    out[:, 3] = np.where(x[:, 0] < LOW_BELOW, 100.0, 0.0)
    out[:, [4, 5, 7]] = np.nan
    return out


def folds(table: Table, seed: int) -> list:
    return by_patient(table.x, table.y, table.groups, seed)


TASK = Task("hypoxia", INPUTS, load_hypoxia, blank_model, folds, {"false_alarms": 0.05, "moderate_false_alarms": 0.20}, BASELINE, SEED + 1)


def train(data: Path) -> Trained:
    table = load_hypoxia(data)
    x, y, groups = table.x, table.y, table.groups
    tqdm.write(f"  {len(y)} rows, {y.sum()} positive, {len(set(groups))} patients")
    versions = {"oxygen unknown": hide(x, INPUTS, set(NAMES) - {"inspiredOxygenPercent"}), "first minutes of a wearable": first_minutes(x)}
    two = list(BASELINE.columns)
    out, shuffles = {}, []
    for k in tqdm(range(3), desc="  shuffles", leave=False):
        pairs = folds(table, TASK.seed + k)
        ours = cross_fit(blank_model(), x, y, groups, pairs, versions)
        base = cross_fit(BASELINE.blank(INPUTS), x[:, two], y, groups, pairs)["all"]
        svm_base = cross_fit(blank_model(two), x[:, two], y, groups, pairs)["all"]
        shuffles.append(
            {
                "model": rnd(auc(y, ours["all"])),
                "oxygenUnknown": rnd(auc(y, ours["oxygen unknown"])),
                "baseline": rnd(auc(y, base)),
                "baselineSvm": rnd(auc(y, svm_base)),
            }
        )
        out = out or {**ours, "baseline": base, "baseline svm": svm_base}
    p = out["all"]
    shared, baseline = common_figures(TASK, table, p, folds(table, TASK.seed))
    model = blank_model().fit(x, y, groups)
    tqdm.write(f"  {model.estimator_.support_vectors_.shape[0]} support vectors")
    metrics = {
        **shared,
        "aucOverShuffles": shuffles,
        "baselineSvm": summary(y, out["baseline svm"], groups),
        "overBaselineSvm": gain(y, p, out["baseline svm"], groups),
        "overBaselineOxygenUnknown": gain(y, out["oxygen unknown"], out["baseline"], groups),
        "byInputsGiven": {name: summary(y, out[name], groups) for name in ("all", *versions)},
        "everyMinuteVersusHourly": regimes.compare(data, model),
    }
    extra = {
        "horizonMs": 4 * 60 * MINUTE_MS,
        "appliesWhen": {
            "input": "spo2NowPercent",
            "min": 90,
            "otherwise": "SpO2 is below 90 % already: the threshold alarm speaks, not this model",
        },
    }
    return Trained(
        "hypoxia",
        "Hypoxia",
        "support-vector-machine",
        "2.0.0",
        "any SpO2 below 90 % in the next 4 hours, given SpO2 of at least 90 % now",
        INPUTS,
        model,
        x,
        y,
        metrics,
        metrics["thresholds"],
        MEDIAN_REPLACEMENT,
        "5-fold cross-validation by patient, out-of-fold probabilities, intervals by patient",
        extra,
        file_hashes(data, FILES["hypoxia"]),
        baseline,
    )
