"""From raw inputs to a calibrated probability: the parts every risk model shares, each with an exact ONNX twin in export.py."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression

PROBABILITY_FLOOR = 0.005  # a forest's votes are kept inside [floor, 1 - floor] before the logit


class Prepare(BaseEstimator):
    """Cleans [N, F] float32 inputs; NaN means missing.

    In this order, column by column: a flagged value <= 0 becomes missing; values are held inside `clamp` (so that
    nothing extrapolates beyond the training range); flagged columns are logged; with `standardise`, columns become
    (x - mean) / sd of the values seen in training, and a missing value becomes 0, which is the mean: it then pushes
    neither up nor down. Without `standardise`, NaN is passed on to the estimator.
    """

    def __init__(self, zero_is_missing, clamp=None, log=None, standardise=True):
        self.zero_is_missing = zero_is_missing
        self.clamp = clamp
        self.log = log
        self.standardise = standardise

    def shape_values(self, x: np.ndarray) -> np.ndarray:
        """Everything before standardising. [N, F] float32 -> [N, F] float64."""
        x = np.array(x, dtype=np.float32).astype(np.float64)
        x[np.asarray(self.zero_is_missing)[None, :] & (x <= 0)] = np.nan
        if self.clamp is not None:
            low, high = np.float32(self.clamp).astype(np.float64).T
            x = np.where(x < low, low, np.where(x > high, high, x))
        if self.log is not None:
            logged = np.asarray(self.log)
            x[:, logged] = np.log(x[:, logged])
        return x

    def fit(self, x: np.ndarray) -> "Prepare":
        shaped = self.shape_values(x)
        if self.standardise:
            self.mean_ = np.nanmean(shaped, axis=0)
            spread = np.nanstd(shaped, axis=0)
            self.sd_ = np.where(spread > 0, spread, 1.0)  # a column that never varies says nothing
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        shaped = self.shape_values(x)
        if not self.standardise:
            return shaped.astype(np.float32)
        return np.nan_to_num((shaped - self.mean_) / self.sd_, nan=0.0)


class RiskModel(BaseEstimator):
    """prepare -> estimator -> log-odds score -> sigmoid(a * score + b).

    `splits(x, y, groups)` yields the (train, test) pairs on whose held-out scores a and b are fitted (Platt);
    None leaves the score as it is (a = 1, b = 0), right for logistic regression.
    `resample(x, y, rng)` changes the rows the estimator is fitted on (never the rows a and b are fitted on).
    """

    def __init__(self, prepare, estimator, splits=None, resample=None, seed=0):
        self.prepare = prepare
        self.estimator = estimator
        self.splits = splits
        self.resample = resample
        self.seed = seed

    def fit(self, x: np.ndarray, y: np.ndarray, groups: np.ndarray) -> "RiskModel":
        self.a_, self.b_ = 1.0, 0.0
        if self.splits is not None:
            held_out = np.empty(len(y))
            for train, test in self.splits(x, y, groups):
                inner = clone(self).set_params(splits=None).fit(x[train], y[train], groups[train])
                held_out[test] = inner.score_rows(x[test])
            platt = LogisticRegression(C=1e6).fit(held_out[:, None], y)
            self.a_, self.b_ = float(platt.coef_[0, 0]), float(platt.intercept_[0])
        self.prepare_ = clone(self.prepare).fit(x)
        rows, labels = (x, y) if self.resample is None else self.resample(x, y, np.random.default_rng(self.seed))
        self.estimator_ = clone(self.estimator).fit(self.prepare_.transform(rows), labels)
        return self

    def score_rows(self, x: np.ndarray) -> np.ndarray:
        """[N, F] -> [N] uncalibrated score: margin (SVM), log-odds (logistic regression, forest)."""
        prepared = self.prepare_.transform(x)
        if hasattr(self.estimator_, "decision_function"):
            return self.estimator_.decision_function(prepared)
        p = np.clip(self.estimator_.predict_proba(prepared)[:, 1], PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
        return np.log(p / (1 - p))

    def probability(self, x: np.ndarray) -> np.ndarray:
        """[N, F] -> [N] calibrated probability of the positive class."""
        return 1 / (1 + np.exp(-(self.a_ * self.score_rows(x) + self.b_)))


def cross_fit(model: RiskModel, x, y, groups, pairs, score_on=None):
    """Out-of-fold probabilities [N]; calibration is refitted inside each training part. `score_on`: other versions of the
    same rows (inputs hidden, say) scored by the same fold models; returns a dict name -> [N] with "all" for x itself."""
    versions = {"all": x, **(score_on or {})}
    out = {name: np.full(len(y), np.nan) for name in versions}
    for train, test in pairs:
        fitted = clone(model).fit(x[train], y[train], groups[train])
        for name, rows in versions.items():
            out[name][test] = fitted.probability(rows[test])
    return out
