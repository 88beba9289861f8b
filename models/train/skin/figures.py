"""The figures told of the skin model for one set of photos: metrics.json of the held-out lesions, `train.evaluate` of any others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..judge import by_group, calibration, discrimination, gain, operating_point, operating_points, reliability, resamples, rnd
from . import CLASSES, MALIGNANT, baseline
from .calibrate import balanced_accuracy

LEVELS = ("moderate", "high")
# Parts that stand beside the figures of all photos in metrics.json, as they do for the other models.
BESIDE = ("baseline", "overBaseline", "reliability", "operatingPoints", "bySex", "byAge", "byLocalization", "byDxType")
GROUPINGS = {"sex": "bySex", "age": "byAge", "localization": "byLocalization", "dx_type": "byDxType"}


def describe(about: pd.DataFrame, malignancy: np.ndarray, named: np.ndarray, refused: np.ndarray, thresholds: dict, base: np.ndarray) -> dict:
    """about: metadata [N]; malignancy, base: probabilities [N]; named: index into CLASSES [N]; refused: reason or "" [N].

    Figures are of all photos, those included that the console declines, so that declining cannot flatter them; `assessed` is of the rest."""
    label = about["dx"].map({name: index for index, name in enumerate(CLASSES)}).to_numpy(int)
    y = np.isin(about["dx"], MALIGNANT).astype(int)
    lesions = about["lesion_id"].to_numpy(str)
    taken = refused == ""
    return {
        "n": int(len(y)),
        "positives": int(y.sum()),
        "lesions": int(len(np.unique(lesions))),
        **discrimination(y, malignancy, lesions),
        **calibration(y, malignancy),
        **_seven(label, named, lesions),
        "levels": {level: {"threshold": thresholds[level], **operating_point(y, malignancy, thresholds[level])} for level in LEVELS},
        "declined": {"n": int((~taken).sum()), "share": rnd((~taken).mean()), "reasons": _counts(refused[~taken])},
        "assessed": {
            "n": int(taken.sum()),
            **discrimination(y[taken], malignancy[taken], lesions[taken]),
            "balancedAccuracy": rnd(balanced_accuracy(label[taken], named[taken])),
        },
        "onePhotoPerLesion": _one_each(lesions, y, malignancy, label, named),
        "baseline": {"name": baseline.NAME, **discrimination(y, base, lesions)},
        "overBaseline": gain(y, malignancy, base, lesions),
        "reliability": reliability(y, malignancy),
        "operatingPoints": operating_points(y, malignancy),
        **{key: by_group(y, malignancy, groups(about, name), lesions) for name, key in GROUPINGS.items()},
    }


def groups(about: pd.DataFrame, name: str) -> np.ndarray:
    """[N] group of each photo; ages in bands."""
    if name != "age":
        return about[name].fillna("unknown").to_numpy(str)
    age = about["age"].to_numpy(float)
    return np.select([age < 40, age < 60, age >= 60], ["under 40", "40-59", "60 and over"], "unknown")


def _seven(label: np.ndarray, named: np.ndarray, lesions: np.ndarray) -> dict:
    values = [balanced_accuracy(label[i], named[i]) for i in resamples(lesions)]
    low, high = np.percentile(values, [2.5, 97.5])
    confusion = np.zeros((len(CLASSES), len(CLASSES)), int)
    np.add.at(confusion, (label, named), 1)
    return {
        "balancedAccuracy": rnd(balanced_accuracy(label, named)),
        "balancedAccuracyLow": rnd(low),
        "balancedAccuracyHigh": rnd(high),
        "accuracy": rnd((label == named).mean()),
        "sensitivityByClass": {name: rnd((named[label == k] == k).mean()) if (label == k).any() else None for k, name in enumerate(CLASSES)},
        "confusion": {name: dict(zip(CLASSES, map(int, confusion[k]), strict=True)) for k, name in enumerate(CLASSES)},
    }


def _one_each(lesions: np.ndarray, y: np.ndarray, malignancy: np.ndarray, label: np.ndarray, named: np.ndarray) -> dict:
    """The first photo of each lesion only, as many photos of one lesion count much in HAM10000."""
    _, first = np.unique(lesions, return_index=True)
    auc = discrimination(y[first], malignancy[first], lesions[first])
    return {"n": int(len(first)), **auc, "balancedAccuracy": rnd(balanced_accuracy(label[first], named[first]))}


def _counts(values: np.ndarray) -> dict[str, int]:
    names, counts = np.unique(values, return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}
