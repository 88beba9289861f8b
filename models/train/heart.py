"""Heart disease: random forest on three hospitals, built for inputs that are often unknown. Inputs, training and figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from . import SEED
from .data import load_heart
from .evaluate import by_group, choose_thresholds, reliability, rnd, summary
from .prepare import Prepare, RiskModel, cross_fit
from .spec import DAY_MS, Input, Trained, flags, hide

YES_NO = {0: "no", 1: "yes"}
INPUTS = (
    Input("ageYears", "Age", "a", "Age in whole years.", required=True),
    Input("sex", "Sex", "1", "Sex as recorded at the hospital.", required=True, categories={0: "female", 1: "male"}),
    Input(
        "chestPainType",
        "Chest pain",
        "1",
        "Kind of chest pain that led to the examination.",
        required=True,
        max_age_ms=30 * DAY_MS,
        categories={1: "typical angina", 2: "atypical angina", 3: "non-anginal pain", 4: "no chest pain (asymptomatic)"},
    ),
    Input("systolicMmHg", "Systolic blood pressure", "mm[Hg]", "Systolic blood pressure at rest.", max_age_ms=DAY_MS, zero_is_missing=True),
    Input("cholesterolMgDl", "Cholesterol", "mg/dL", "Total serum cholesterol.", max_age_ms=365 * DAY_MS, zero_is_missing=True),
    Input(
        "fastingGlucoseOver120",
        "Fasting glucose over 120 mg/dL",
        "1",
        "Fasting blood glucose above 120 mg/dL.",
        max_age_ms=90 * DAY_MS,
        categories=YES_NO,
    ),
    Input(
        "restingEcg",
        "ECG at rest",
        "1",
        "Reading of the ECG at rest.",
        max_age_ms=90 * DAY_MS,
        categories={0: "normal", 1: "ST-T abnormality", 2: "left ventricular hypertrophy"},
    ),
    Input(
        "maxHeartRatePerMin",
        "Highest heart rate in exercise test",
        "/min",
        "Highest heart rate reached in an exercise test; not a bedside heart rate.",
        max_age_ms=180 * DAY_MS,
    ),
    Input("exerciseAngina", "Angina on exercise", "1", "Exercise brought on angina.", max_age_ms=180 * DAY_MS, categories=YES_NO),
    Input(
        "stDepressionMm", "ST depression", "mm", "ST depression in the exercise test relative to rest.", max_age_ms=180 * DAY_MS, decimals=1
    ),
    Input(
        "stSlope",
        "ST slope",
        "1",
        "Slope of the ST segment at peak exercise.",
        max_age_ms=180 * DAY_MS,
        categories={1: "rising", 2: "flat", 3: "falling"},
    ),
    Input(
        "majorVessels",
        "Major vessels seen",
        "{count}",
        "Number of major vessels coloured by fluoroscopy.",
        max_age_ms=365 * DAY_MS,
        categories={0: "none", 1: "one", 2: "two", 3: "three"},
    ),
    Input(
        "thal",
        "Thallium scan",
        "1",
        "Result of the thallium scan.",
        max_age_ms=365 * DAY_MS,
        categories={3: "normal", 6: "fixed defect", 7: "reversible defect"},
    ),
)
OPTIONAL = np.array([not i.required for i in INPUTS])
MASKED_COPIES = 4  # each row is seen once whole and four times with optional inputs hidden at random
TREES, LEAF_ROWS, FEATURES_PER_SPLIT = 200, 5, 2

SETS_GIVEN = {
    "required inputs only": set(),
    "+ blood pressure": {"systolicMmHg"},
    "+ blood pressure, ECG, blood tests": {"systolicMmHg", "restingEcg", "cholesterolMgDl", "fastingGlucoseOver120"},
    "+ exercise test": {
        "systolicMmHg",
        "restingEcg",
        "cholesterolMgDl",
        "fastingGlucoseOver120",
        "maxHeartRatePerMin",
        "exerciseAngina",
        "stDepressionMm",
        "stSlope",
    },
}


def with_masked_copies(x: np.ndarray, y: np.ndarray, rng: np.random.Generator):
    """Adds copies with optional inputs hidden at random, so that "unknown" stops meaning "which hospital"."""
    copies = [x]
    for _ in range(MASKED_COPIES):
        copy = x.copy()
        copy[(rng.uniform(size=x.shape) < rng.uniform(size=(len(x), 1))) & OPTIONAL] = np.nan
        copies.append(copy)
    return np.concatenate(copies), np.tile(y, MASKED_COPIES + 1)


def stratified(x, y, groups):
    return StratifiedKFold(5, shuffle=True, random_state=SEED).split(x, y)


def blank_model() -> RiskModel:
    forest = RandomForestClassifier(
        TREES, min_samples_leaf=LEAF_ROWS * (MASKED_COPIES + 1), max_features=FEATURES_PER_SPLIT, random_state=SEED, n_jobs=1
    )
    return RiskModel(Prepare(flags(INPUTS, "zero_is_missing"), standardise=False), forest, stratified, with_masked_copies, SEED)


def train(data: Path) -> Trained:
    table = load_heart(data)
    x, y, groups, site = table.x, table.y, table.groups, table.about["site"]
    required = {i.name for i in INPUTS if i.required}
    versions = {name: hide(x, INPUTS, required | extra) for name, extra in SETS_GIVEN.items()}
    by_site = [(np.flatnonzero(site != s), np.flatnonzero(site == s)) for s in sorted(set(site))]
    outside = cross_fit(blank_model(), x, y, groups, by_site, versions)
    print(
        "  leave-one-site-out AUC: "
        + ", ".join(f"{s} {roc_auc_score(y[site == s], outside['all'][site == s]):.3f}" for s in sorted(set(site))),
        flush=True,
    )
    folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED + 1).split(x, np.char.add(site, y.astype(str))))
    inside = cross_fit(blank_model(), x, y, groups, folds, versions)
    p = inside["all"]
    print(f"  5-fold AUC: {roc_auc_score(y, p):.3f}", flush=True)
    model = blank_model().fit(x, y, groups)
    thresholds = choose_thresholds(y, p, sensitivity=0.90, false_alarms=0.10)
    metrics = {
        "crossValidated": summary(y, p, groups),
        "leaveOneSiteOut": {s: summary(y[site == s], outside["all"][site == s], groups[site == s]) for s in sorted(set(site))},
        "referenceLeaveOneSiteOutAuc": {"cleveland": 0.85, "hungarian": 0.87, "va": 0.70},
        "reliability": reliability(y, p),
        "thresholds": thresholds,
        "bySite": by_group(y, p, site, groups),
        "bySex": by_group(y, p, table.about["sex"], groups),
        "byAge": by_group(y, p, table.about["age"], groups),
        "byInputsGiven": {name: summary(y, inside[name], groups) for name in ("all", *versions)},
        "byInputsGivenLeaveOneSiteOut": {
            name: {s: rnd(roc_auc_score(y[site == s], outside[name][site == s])) for s in sorted(set(site))} for name in ("all", *versions)
        },
    }
    explain = {
        "method": "median-replacement",
        "space": "probability",
        "formula": "contribution_i = probability(x) - probability(x with input i replaced by its background); given inputs only, one batched run",
    }
    return Trained(
        "heart",
        "Coronary heart disease",
        "random-forest",
        "1.0.0",
        "more than 50 % narrowing of a coronary artery at angiography",
        INPUTS,
        model,
        x,
        y,
        metrics,
        thresholds,
        explain,
        "5-fold cross-validation over three hospitals, out-of-fold probabilities; leave-one-site-out in metrics.json",
        {},
    )
