"""Heart disease: random forest on three hospitals, built for inputs that are often unknown. Inputs, training and figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from . import SEED
from .baseline import Baseline
from .data import FILES, Table, file_hashes, load_heart
from .judge import auc, rnd, summary
from .prepare import Prepare, RiskModel, cross_fit
from .spec import DAY_MS, MEDIAN_REPLACEMENT, Input, Task, Trained, flags, hide
from .task_figures import common_figures

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


def folds(table: Table, seed: int) -> list:
    """Every site and outcome in every part."""
    strata = np.char.add(table.about["site"], table.y.astype(str))
    return list(StratifiedKFold(5, shuffle=True, random_state=seed).split(table.x, strata))


TASK = Task(
    "heart",
    INPUTS,
    load_heart,
    blank_model,
    folds,
    {"sensitivity": 0.90, "false_alarms": 0.10},
    Baseline("age, sex and kind of chest pain, logistic regression", (0, 1, 2)),
    SEED + 1,
)


def train(data: Path) -> Trained:
    table = load_heart(data)
    x, y, groups, site = table.x, table.y, table.groups, table.about["site"]
    required = {i.name for i in INPUTS if i.required}
    versions = {name: hide(x, INPUTS, required | extra) for name, extra in SETS_GIVEN.items()}
    names = sorted(set(site))
    by_site = [(np.flatnonzero(site != s), np.flatnonzero(site == s)) for s in names]
    outside = cross_fit(blank_model(), x, y, groups, tqdm(by_site, desc="  sites", leave=False), versions)
    pairs = folds(table, TASK.seed)
    inside = cross_fit(blank_model(), x, y, groups, tqdm(pairs, desc="  folds", leave=False), versions)
    shared, baseline = common_figures(TASK, table, inside["all"], pairs)
    model = blank_model().fit(x, y, groups)
    metrics = {
        **shared,
        "leaveOneSiteOut": {s: summary(y[site == s], outside["all"][site == s], groups[site == s]) for s in names},
        "referenceLeaveOneSiteOutAuc": {"cleveland": 0.85, "hungarian": 0.87, "va": 0.70},
        "byInputsGiven": {name: summary(y, inside[name], groups) for name in ("all", *versions)},
        "byInputsGivenLeaveOneSiteOut": {
            name: {s: rnd(auc(y[site == s], outside[name][site == s])) for s in names} for name in ("all", *versions)
        },
    }
    return Trained(
        "heart",
        "Heart disease",
        "random-forest",
        "1.0.0",
        "more than 50 % narrowing of a coronary artery at angiography",
        INPUTS,
        model,
        x,
        y,
        metrics,
        metrics["thresholds"],
        MEDIAN_REPLACEMENT,
        "5-fold cross-validation over three hospitals, out-of-fold probabilities; leave-one-site-out in metrics.json",
        {},
        file_hashes(data, FILES["heart"]),
        baseline,
    )
