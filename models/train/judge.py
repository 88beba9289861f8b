"""How a model is judged: discrimination, calibration, bootstrap intervals, and the choice of level thresholds."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss

from . import SEED

BOOTSTRAPS = 1000
ROWS_PER_BIN = 25
SIMULATIONS = 500
LEAST_OF_A_CLASS = 10


def auc(y: np.ndarray, p: np.ndarray) -> float:
    """Area under the ROC curve: the share of (positive, negative) pairs that p orders rightly, ties counting half. By ranks, which is many
    times as fast as scikit-learn's and the same number; a thousand bootstrap samples of each figure want it."""
    positives = int(y.sum())
    ranks = rankdata(p)[y == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (len(y) - positives)))


def bin_count(rows: int) -> int:
    """Ten groups, or as many as leave 25 rows in each; at least two."""
    return min(10, max(2, rows // ROWS_PER_BIN))


def expected_calibration_error(y: np.ndarray, p: np.ndarray) -> float:
    """Mean |observed rate - mean probability| over `bin_count` groups of equal size, by rising probability."""
    parts = np.array_split(np.argsort(p, kind="stable"), bin_count(len(y)))
    return float(sum(len(i) * abs(y[i].mean() - p[i].mean()) for i in parts if len(i)) / len(y))


def calibration_error_of_chance(p: np.ndarray) -> float:
    """The calibration error that a perfectly calibrated model would show on rows like these: outcomes are drawn from `p` itself
    (each row by itself, so for rows of the same patient the truth lies somewhat higher). It is what few rows cost, not a fault."""
    rng = np.random.default_rng(SEED)
    parts = np.array_split(np.sort(p), bin_count(len(p)))
    drawn = (np.abs((rng.uniform(size=(SIMULATIONS, len(i))) < i).mean(axis=1) - i.mean()) * len(i) for i in parts if len(i))
    return float(sum(drawn).mean() / len(p))


def calibration(y: np.ndarray, p: np.ndarray) -> dict:
    """Brier score and calibration error; `eceDebiased` is the error less that of chance (not below 0)."""
    ece, chance = expected_calibration_error(y, p), calibration_error_of_chance(p)
    return {
        "brier": rnd(brier_score_loss(y, p)),
        "brierOfBaseRate": rnd(y.mean() * (1 - y.mean())),
        "ece": rnd(ece),
        "eceBins": bin_count(len(y)),
        "eceOfChance": rnd(chance),
        "eceDebiased": rnd(max(0.0, ece - chance)),
        "observedRate": rnd(y.mean()),
        "meanProbability": rnd(p.mean()),
    }


def reliability(y: np.ndarray, p: np.ndarray) -> list[dict]:
    """The calibration curve: for each tenth of the rows mean probability, observed rate and its 95 % Wilson interval."""
    parts = np.array_split(np.argsort(p, kind="stable"), bin_count(len(y)))
    rows = []
    for i in parts:
        low, high = wilson(int(y[i].sum()), len(i))
        rows.append(
            {"meanProbability": rnd(p[i].mean()), "observedRate": rnd(y[i].mean()), "observedLow": low, "observedHigh": high, "n": len(i)}
        )
    return rows


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927)."""
    middle, half = hits / n + z * z / (2 * n), z * math.sqrt(hits / n * (1 - hits / n) / n + z * z / (4 * n * n))
    return rnd(max(0.0, (middle - half) / (1 + z * z / n))), rnd(min(1.0, (middle + half) / (1 + z * z / n)))


def resamples(groups: np.ndarray, count: int = BOOTSTRAPS):
    """Row indices of bootstrap samples that draw whole groups (patients) with replacement."""
    rng = np.random.default_rng(SEED)
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    for _ in range(count):
        yield np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])


def interval(statistic, y: np.ndarray, groups: np.ndarray) -> tuple[float, float] | tuple[None, None]:
    """95 % percentile interval of statistic(row indices); samples with one class only are skipped. Nulls where every one is."""
    values = [statistic(i) for i in resamples(groups) if 0 < y[i].sum() < len(i)]
    if not values:
        return None, None
    low, high = np.percentile(values, [2.5, 97.5])
    return rnd(low), rnd(high)


def discrimination(y: np.ndarray, p: np.ndarray, groups: np.ndarray) -> dict:
    """AUC with its 95 % interval; nulls where only one class is there."""
    if not 0 < y.sum() < len(y):
        return {"auc": None, "aucLow": None, "aucHigh": None}
    low, high = interval(lambda i: auc(y[i], p[i]), y, groups)
    return {"auc": rnd(auc(y, p)), "aucLow": low, "aucHigh": high}


def summary(y: np.ndarray, p: np.ndarray, groups: np.ndarray) -> dict:
    """The figures of metrics.json for one set of out-of-fold probabilities."""
    ece_low, ece_high = interval(lambda i: expected_calibration_error(y[i], p[i]), y, groups)
    logit = np.log(p / (1 - p))[:, None]
    line = LogisticRegression(C=1e6).fit(logit, y)
    return {
        "n": int(len(y)),
        "positives": int(y.sum()),
        "patients": int(len(np.unique(groups))),
        **discrimination(y, p, groups),
        "averagePrecision": rnd(average_precision_score(y, p)),
        **calibration(y, p),
        "eceLow": ece_low,
        "eceHigh": ece_high,
        "calibrationSlope": rnd(line.coef_[0, 0]),
        "calibrationIntercept": rnd(line.intercept_[0]),
    }


def gain(y: np.ndarray, p: np.ndarray, other: np.ndarray, groups: np.ndarray) -> dict:
    """AUC of p less AUC of `other` on the same rows; 95 % interval by bootstrap of whole patients, paired."""
    if not 0 < y.sum() < len(y):
        return {"aucGain": None, "low": None, "high": None}
    low, high = interval(lambda i: auc(y[i], p[i]) - auc(y[i], other[i]), y, groups)
    return {"aucGain": rnd(auc(y, p) - auc(y, other)), "low": low, "high": high}


def by_group(y: np.ndarray, p: np.ndarray, names: np.ndarray, groups: np.ndarray) -> dict:
    """Counts, rates, AUC and calibration for each named subgroup; with fewer than 10 positives or negatives, counts only."""
    out = {}
    for name in sorted(set(names)):
        rows = names == name
        yy, pp = y[rows], p[rows]
        entry = {"n": int(rows.sum()), "patients": int(len(np.unique(groups[rows]))), "positives": int(yy.sum())}
        if min(yy.sum(), len(yy) - yy.sum()) >= LEAST_OF_A_CLASS:
            entry |= {**discrimination(yy, pp, groups[rows]), **calibration(yy, pp)}
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
    """What "probability >= threshold" finds: sensitivity, specificity, false-alarm rate (1 - specificity), positive predictive
    value, and the share of all rows flagged; null where a rate has nothing to count."""
    flagged = p >= threshold
    return {
        "sensitivity": _share(flagged[y == 1]),
        "specificity": _share(~flagged[y == 0]),
        "falseAlarmRate": _share(flagged[y == 0]),
        "positivePredictiveValue": _share(y[flagged] == 1),
        "flagged": _share(flagged),
    }


def operating_points(y: np.ndarray, p: np.ndarray, points: int = 100) -> list[dict]:
    """Operating points at thresholds that step through the rows by hundredths, rising: what another threshold would find."""
    thresholds = np.unique(np.round(np.quantile(p, np.linspace(0, 1, points + 1), method="nearest"), 4))
    return [{"probability": rnd(t), **operating_point(y, p, t)} for t in thresholds]


def _share(flags: np.ndarray) -> float | None:
    return rnd(flags.mean()) if len(flags) else None


def rnd(value: float, digits: int = 4) -> float:
    return round(float(value), digits) + 0.0  # + 0.0 turns -0.0 into 0.0
