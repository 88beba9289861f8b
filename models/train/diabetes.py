"""Diabetes: logistic regression on the Pima women. Inputs, training and figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from . import SEED
from .baseline import Baseline, linear_formula
from .data import FILES, Table, file_hashes, load_diabetes
from .judge import auc, expected_calibration_error, rnd, summary
from .prepare import Prepare, RiskModel, cross_fit
from .spec import DAY_MS, Input, Task, Trained, flags, hide
from .task_figures import common_figures

# Clamps are the range seen in training. Age stops at 40: risk rises steeply up to there and no further in these data.
INPUTS = (
    Input(
        "glucoseOgttMgDl",
        "Glucose, 2 h after 75 g OGTT",
        "mg/dL",
        "Plasma glucose two hours into an oral glucose tolerance test. "
        "A random or CGM glucose may stand in and must be marked so on the receipt: it was not what the model was trained on.",
        required=True,
        max_age_ms=90 * DAY_MS,
        zero_is_missing=True,
        clamp=(44, 199),
        stand_ins=("glucoseMgDl",),
    ),
    Input(
        "ageYears",
        "Age",
        "a",
        "Age in whole years. The population is 21 and over; risk is level from 40 on.",
        required=True,
        clamp=(21, 40),
        log=True,
    ),
    Input(
        "bmiKgM2",
        "Body-mass index",
        "kg/m2",
        "Weight in kg divided by height in m squared.",
        required=True,
        max_age_ms=365 * DAY_MS,
        zero_is_missing=True,
        clamp=(18, 68),
        log=True,
        decimals=1,
    ),
    Input(
        "diastolicMmHg",
        "Diastolic blood pressure",
        "mm[Hg]",
        "Diastolic blood pressure, at rest.",
        max_age_ms=30 * DAY_MS,
        zero_is_missing=True,
        clamp=(24, 122),
    ),
    Input(
        "skinThicknessMm",
        "Triceps skinfold",
        "mm",
        "Triceps skin-fold thickness.",
        max_age_ms=365 * DAY_MS,
        zero_is_missing=True,
        clamp=(7, 60),
    ),
    Input(
        "insulinUuMl",
        "Insulin, 2 h after 75 g OGTT",
        "u[IU]/mL",
        "Serum insulin two hours into the glucose tolerance test.",
        max_age_ms=90 * DAY_MS,
        zero_is_missing=True,
        clamp=(14, 850),
        log=True,
    ),
    Input("pregnancies", "Pregnancies", "{count}", "Number of times pregnant.", clamp=(0, 17)),
    Input(
        "diabetesPedigree",
        "Diabetes pedigree function",
        "1",
        "Family history score of the Pima study (Smith et al. 1988): higher with more, closer and younger affected relatives.",
        clamp=(0.078, 2.42),
        log=True,
        decimals=3,
    ),
)


def blank_model() -> RiskModel:
    prepare = Prepare(flags(INPUTS, "zero_is_missing"), [i.clamp for i in INPUTS], flags(INPUTS, "log"))
    return RiskModel(prepare, LogisticRegression(C=0.2))


def folds(table: Table, seed: int) -> list:
    return list(StratifiedKFold(5, shuffle=True, random_state=seed).split(table.x, table.y))


TASK = Task(
    "diabetes",
    INPUTS,
    load_diabetes,
    blank_model,
    folds,
    {"sensitivity": 0.90, "false_alarms": 0.10},
    Baseline("glucose two hours after OGTT alone", (0,)),
    SEED,
)


def train(data: Path) -> Trained:
    table = load_diabetes(data)
    x, y, groups = table.x, table.y, table.groups
    required = {i.name for i in INPUTS if i.required}
    versions = {
        "required inputs only": hide(x, INPUTS, required),
        "required + pressure": hide(x, INPUTS, required | {"diastolicMmHg"}),
        "without insulin and skinfold": hide(x, INPUTS, {i.name for i in INPUTS} - {"insulinUuMl", "skinThicknessMm"}),
    }
    held_out = [
        cross_fit(blank_model(), x, y, groups, folds(table, TASK.seed + k), versions) for k in tqdm(range(5), desc="  shuffles", leave=False)
    ]
    p = held_out[0]["all"]
    shared, baseline = common_figures(TASK, table, p, folds(table, TASK.seed))
    model = blank_model().fit(x, y, groups)
    metrics = {
        **shared,
        "aucOverShuffles": [rnd(auc(y, h["all"])) for h in held_out],
        "eceOverShuffles": [rnd(expected_calibration_error(y, h["all"])) for h in held_out],
        "referenceAuc": 0.836,
        "byInputsGiven": {name: summary(y, held_out[0][name], groups) for name in ("all", *versions)},
    }
    return Trained(
        "diabetes",
        "Diabetes",
        "logistic-regression",
        "1.1.0",
        "diabetes by the WHO criteria within five years of the examination",
        INPUTS,
        model,
        x,
        y,
        metrics,
        metrics["thresholds"],
        explain(model),
        "5-fold stratified cross-validation, 630 women, out-of-fold probabilities",
        {},
        file_hashes(data, FILES["diabetes"]),
        baseline,
    )


def explain(model: RiskModel) -> dict:
    return {
        "method": "exact-linear",
        "space": "log-odds",
        **linear_formula(model, INPUTS),
        "formula": "z = intercept + sum(coef * (transform(clamp(x)) - mean) / sd); missing terms are 0; probability = 1 / (1 + exp(-z))",
    }
