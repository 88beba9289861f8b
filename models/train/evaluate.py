"""How a model is judged: discrimination, calibration, bootstrap intervals and the choice of level thresholds."""

from __future__ import annotations

import math

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from . import SEED

BOOTSTRAPS = 1000


def expected_calibration_error(y: np.ndarray, p: np.ndarray, bins: int = 10) -> float:
    """Mean |observed rate - mean probability| over `bins` groups of equal size, by rising probability."""
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return float(sum(len(i) * abs(y[i].mean() - p[i].mean()) for i in parts if len(i)) / len(y))


def reliability(y: np.ndarray, p: np.ndarray, bins: int = 10) -> list[dict]:
    """The calibration curve: for each tenth of the rows, mean probability and observed rate."""
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return [{"meanProbability": rnd(p[i].mean()), "observedRate": rnd(y[i].mean()), "n": len(i)} for i in parts]


def resamples(groups: np.ndarray, count: int = BOOTSTRAPS):
    """Row indices of bootstrap samples that draw whole groups (patients) with replacement."""
    rng = np.random.default_rng(SEED)
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    for _ in range(count):
        yield np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])


def interval(statistic, y: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """95 % percentile interval of statistic(row indices); samples with one class only are skipped."""
    values = [statistic(i) for i in resamples(groups) if 0 < y[i].sum() < len(i)]
    low, high = np.percentile(values, [2.5, 97.5])
    return rnd(low), rnd(high)


def summary(y: np.ndarray, p: np.ndarray, groups: np.ndarray) -> dict:
    """The figures of metrics.json for one set of out-of-fold probabilities."""
    low, high = interval(lambda i: roc_auc_score(y[i], p[i]), y, groups)
    ece_low, ece_high = interval(lambda i: expected_calibration_error(y[i], p[i]), y, groups)
    logit = np.log(p / (1 - p))[:, None]
    line = LogisticRegression(C=1e6).fit(logit, y)
    return {
        "n": int(len(y)),
        "positives": int(y.sum()),
        "patients": int(len(np.unique(groups))),
        "auc": rnd(roc_auc_score(y, p)),
        "aucLow": low,
        "aucHigh": high,
        "averagePrecision": rnd(average_precision_score(y, p)),
        "brier": rnd(brier_score_loss(y, p)),
        "brierOfBaseRate": rnd(y.mean() * (1 - y.mean())),
        "ece": rnd(expected_calibration_error(y, p)),
        "eceLow": ece_low,
        "eceHigh": ece_high,
        "observedRate": rnd(y.mean()),
        "meanProbability": rnd(p.mean()),
        "calibrationSlope": rnd(line.coef_[0, 0]),
        "calibrationIntercept": rnd(line.intercept_[0]),
    }


def by_group(y: np.ndarray, p: np.ndarray, names: np.ndarray, groups: np.ndarray) -> dict:
    """AUC with interval, ECE and rates for each named subgroup; a subgroup with fewer than 10 positives or negatives gets counts only."""
    out = {}
    for name in sorted(set(names)):
        rows = names == name
        yy, pp = y[rows], p[rows]
        entry = {"n": int(rows.sum()), "patients": int(len(np.unique(groups[rows]))), "positives": int(yy.sum())}
        if min(yy.sum(), len(yy) - yy.sum()) >= 10:
            low, high = interval(lambda i, yy=yy, pp=pp: roc_auc_score(yy[i], pp[i]), yy, groups[rows])
            entry |= {
                "auc": rnd(roc_auc_score(yy, pp)),
                "aucLow": low,
                "aucHigh": high,
                "observedRate": rnd(yy.mean()),
                "meanProbability": rnd(pp.mean()),
                "ece": rnd(expected_calibration_error(yy, pp)),
            }
        out[str(name)] = entry
    return out


def choose_thresholds(y: np.ndarray, p: np.ndarray, false_alarms: float, sensitivity: float = 0, moderate_false_alarms: float = 1) -> dict:
    """high: the lowest probability that flags at most `false_alarms` of the negatives. moderate: either the highest
    probability that still finds `sensitivity` of the positives, or the same rule as high with `moderate_false_alarms`."""
    high = _flags_at_most(y, p, false_alarms)
    if sensitivity:
        moderate = min(math.floor(float(np.quantile(p[y == 1], 1 - sensitivity, method="lower")) * 1e4) / 1e4, high)
        first = f"finds at least {sensitivity:.0%} of positives"
    else:
        moderate, first = _flags_at_most(y, p, moderate_false_alarms), f"flags at most {moderate_false_alarms:.0%} of negatives"
    return {
        "moderate": moderate,
        "high": high,
        "target": f"moderate: {first}; high: flags at most {false_alarms:.0%} of negatives (out-of-fold)",
        "atModerate": operating_point(y, p, moderate),
        "atHigh": operating_point(y, p, high),
    }


def _flags_at_most(y: np.ndarray, p: np.ndarray, share: float) -> float:
    """The lowest threshold, up to four decimals, that at most `share` of the negatives reach."""
    reached = float(np.quantile(p[y == 0], 1 - share, method="higher"))
    return math.ceil(float(np.nextafter(reached, 1)) * 1e4) / 1e4


def operating_point(y: np.ndarray, p: np.ndarray, threshold: float) -> dict:
    """Sensitivity, false-alarm rate and positive predictive value of "probability >= threshold"."""
    flagged = p >= threshold
    return {
        "sensitivity": rnd(flagged[y == 1].mean()),
        "falseAlarmRate": rnd(flagged[y == 0].mean()),
        "positivePredictiveValue": rnd(y[flagged].mean()),
    }


def rnd(value: float, digits: int = 4) -> float:
    return round(float(value), digits) + 0.0  # + 0.0 turns -0.0 into 0.0
