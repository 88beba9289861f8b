"""What a model module declares about itself: inputs, wording and how to judge it. The manifest is written from this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .baseline import Baseline
    from .data import Table
    from .prepare import RiskModel

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

MEDIAN_REPLACEMENT = {
    "method": "median-replacement",
    "space": "probability",
    "formula": "contribution_i = probability(x) - probability(x with input i replaced by its background); "
    "given inputs only, one batched run",
}


@dataclass(frozen=True)
class Input:
    """One model input. `max_age_ms` None = does not age. `valid` = hard limits (a category's codes, or a true range);
    without it the manifest gives the 0.5-99.5 percentile of the training values."""

    name: str
    title: str
    unit: str
    description: str
    required: bool = False
    max_age_ms: int | None = None
    categories: dict[int, str] | None = None
    zero_is_missing: bool = False
    log: bool = False
    clamp: tuple[float, float] | None = None
    stand_ins: tuple[str, ...] = ()
    decimals: int = 0
    source: dict | None = None


@dataclass(frozen=True)
class Task:
    """How one model is trained, apart from its figures: what `train` and `evaluate --held-out` share.

    `folds(table, seed)` yields (train, test) row indices, whole patients on one side; `seed` is that of the folds whose figures are
    reported; `levels` are the arguments of `judge.choose_thresholds`."""

    name: str
    inputs: tuple[Input, ...]
    load: Callable[[Path], Table]
    blank: Callable[[], RiskModel]
    folds: Callable[[Table, int], list]
    levels: dict
    baseline: Baseline
    seed: int


@dataclass(frozen=True)
class Trained:
    """What training one model hands to the writers of artefacts."""

    name: str
    title: str
    kind: str
    version: str
    outcome: str
    inputs: tuple[Input, ...]
    model: object
    x: np.ndarray
    y: np.ndarray
    metrics: dict
    thresholds: dict
    explain: dict
    evaluation: str
    extra: dict
    files: dict[str, str]  # file under --data -> SHA-256
    baseline: dict  # Baseline.formula


def flags(inputs: tuple[Input, ...], attribute: str) -> list[bool]:
    return [bool(getattr(i, attribute)) for i in inputs]


def hide(x: np.ndarray, inputs: tuple[Input, ...], keep: set[str]) -> np.ndarray:
    """A copy of [N, F] in which every input not in `keep` is missing."""
    out = x.copy()
    out[:, [i.name not in keep for i in inputs]] = np.nan
    return out
