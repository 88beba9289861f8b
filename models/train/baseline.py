"""The honest baseline each model has to beat: a logistic regression on the one or two numbers everybody looks at anyway, kept as a
formula in metrics.json so that `train.evaluate` judges it on other rows without a pickle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from .prepare import Prepare, RiskModel
from .spec import Input, flags


@dataclass(frozen=True)
class Baseline:
    name: str
    columns: tuple[int, ...]

    def blank(self, inputs: tuple[Input, ...]) -> RiskModel:
        own = tuple(inputs[c] for c in self.columns)
        clamp = [i.clamp or (-np.inf, np.inf) for i in own]
        return RiskModel(Prepare(flags(own, "zero_is_missing"), clamp, flags(own, "log")), LogisticRegression())

    def formula(self, model: RiskModel, inputs: tuple[Input, ...]) -> dict:
        return {"name": self.name, **linear_formula(model, tuple(inputs[c] for c in self.columns))}


def linear_formula(model: RiskModel, inputs: tuple[Input, ...]) -> dict:
    """log-odds = intercept + sum of coef * (transform(clamp(x)) - mean) / sd; a missing input contributes exactly 0."""
    prepare = model.prepare_
    return {
        "intercept": float(model.estimator_.intercept_[0]),
        "terms": [
            {
                "input": i.name,
                "zeroIsMissing": i.zero_is_missing,
                **({"clamp": [float(np.float32(v)) for v in i.clamp]} if i.clamp else {}),
                "transform": "log" if i.log else "identity",
                "mean": float(mean),
                "sd": float(sd),
                "coef": float(coef),
            }
            for i, mean, sd, coef in zip(inputs, prepare.mean_, prepare.sd_, model.estimator_.coef_[0], strict=True)
        ],
    }


def apply_formula(formula: dict, names: list[str], x: np.ndarray) -> np.ndarray:
    """[N, F] -> [N] probability of a `linear_formula`."""
    z = np.full(len(x), formula["intercept"])
    for term in formula["terms"]:
        value = x[:, names.index(term["input"])].astype(np.float64)
        if term["zeroIsMissing"]:
            value = np.where(value <= 0, np.nan, value)
        if "clamp" in term:
            value = np.clip(value, *term["clamp"])
        if term["transform"] == "log":
            value = np.log(value)
        z += np.nan_to_num(term["coef"] * (value - term["mean"]) / term["sd"], nan=0.0)
    return 1 / (1 + np.exp(-z))
