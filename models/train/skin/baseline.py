"""The honest baseline: what age, sex and place on the body alone say of malignancy, as a formula kept in metrics.json."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

NAME = "age, sex and place on the body, logistic regression"


def fit(about: pd.DataFrame, malignant: np.ndarray) -> dict:
    """Log-odds = intercept + perDecade * (age - meanAge) / 10 + sex[...] + localization[...]; an unknown age counts as the mean."""
    mean_age = float(about["age"].mean())
    sexes, places = sorted(set(about["sex"])), sorted(set(about["localization"]))
    x = np.column_stack([_decades(about, mean_age), *[about["sex"] == s for s in sexes], *[about["localization"] == p for p in places]])
    model = LogisticRegression(max_iter=1000).fit(x.astype(float), malignant)
    coefficients = [round(float(value), 6) for value in model.coef_[0]]
    return {
        "name": NAME,
        "intercept": round(float(model.intercept_[0]), 6),
        "meanAge": round(mean_age, 4),
        "perDecade": coefficients[0],
        "sex": dict(zip(sexes, coefficients[1:], strict=False)),
        "localization": dict(zip(places, coefficients[1 + len(sexes) :], strict=True)),
    }


def apply(formula: dict, about: pd.DataFrame) -> np.ndarray:
    """[N] probability; a sex or place that training did not have adds nothing."""
    z = formula["intercept"] + formula["perDecade"] * _decades(about, formula["meanAge"])
    for column in ("sex", "localization"):
        z = z + about[column].map(formula[column]).fillna(0).to_numpy(float)
    return 1 / (1 + np.exp(-z))


def _decades(about: pd.DataFrame, mean_age: float) -> np.ndarray:
    return (about["age"].fillna(mean_age).to_numpy(float) - mean_age) / 10
