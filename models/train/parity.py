"""Rows on which every runtime must give scikit-learn's probability. Drawn at random inside each input's range: no row of a patient."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from . import SEED
from .spec import Trained

ROWS = 500
TOLERANCE = 1e-5
PROBABILITY_DECIMALS = 7


def draw_rows(trained: Trained, ranges: list[tuple[float, float]]) -> np.ndarray:
    """[ROWS, F] float32: uniform draws, a little beyond the range, about a third of the optional values missing; the last
    rows have the required inputs only, everything missing, and zeros where zero means missing."""
    rng = np.random.default_rng(SEED)
    x = np.empty((ROWS, len(trained.inputs)))
    for column, (given, (low, high)) in enumerate(zip(trained.inputs, ranges, strict=True)):
        if given.categories:
            x[:, column] = rng.choice(list(given.categories), ROWS)
            continue
        margin = 0.1 * (high - low)
        floor = 0.0 if low >= 0 else -np.inf
        x[:, column] = np.round(np.maximum(rng.uniform(low - margin, high + margin, ROWS), floor), given.decimals)
    optional = np.array([not i.required for i in trained.inputs])
    x[(rng.uniform(size=x.shape) < 0.33) & optional] = np.nan
    x[:20, :] = np.where(np.isnan(x[:20]), x[20:40], x[:20])
    x[-20:, optional] = np.nan
    zero = np.array([i.zero_is_missing for i in trained.inputs])
    x[-40:-30, zero] = 0.0
    x[-1] = np.nan
    return x.astype(np.float32)


def write(path: Path, trained: Trained, ranges: list[tuple[float, float]]) -> np.ndarray:
    """Adds or replaces one model's rows in parity.json and returns them."""
    rows = draw_rows(trained, ranges)
    body = json.loads(path.read_text()) if path.exists() else {}
    body[trained.name] = {
        "inputs": [i.name for i in trained.inputs],
        "tolerance": TOLERANCE,
        "features": [[_short(v, i.decimals) for v, i in zip(row, trained.inputs, strict=True)] for row in rows],
        "probabilities": [round(float(p), PROBABILITY_DECIMALS) for p in trained.model.probability(rows)],
    }
    path.write_text(json.dumps(body, separators=(",", ":")) + "\n")
    return rows


def _short(value: float, decimals: int) -> float | int | None:
    if np.isnan(value):
        return None
    return round(float(value), decimals) if decimals else int(value)
