"""Runs the exported Keras network as the console runs its TensorFlow.js twin: scaled, every view, averaged."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from . import familiar, pixels, views

BATCH = 64


@dataclass(frozen=True)
class Seen:
    """by_view [views, N, 7]: logits; distance [N] of the first view; statistics [N] each, at JUDGED_SIDE."""

    by_view: np.ndarray
    distance: np.ndarray
    statistics: dict[str, np.ndarray]

    @property
    def logits(self) -> np.ndarray:
        """[N, 7], mean over views."""
        return self.by_view.mean(0)


def look(model: keras.Model, squares: np.ndarray, names: tuple[str, ...]) -> Seen:
    """squares [N, S, S, 3] uint8; model: of export.fold."""
    side = model.input_shape[1]
    logits, distance, statistics = [], [], []
    for start in range(0, len(squares), BATCH):
        part = squares[start : start + BATCH]
        given = pixels.scaled(part, side)
        out = [[tensor.numpy() for tensor in model(view, training=False)] for view in views.of(given, names)]
        logits.append(np.stack([each[0].astype(np.float64) for each in out]))
        distance.append(familiar.distance(out[0][2]))
        statistics.append(pixels.statistics(given if side == pixels.JUDGED_SIDE else pixels.scaled(part, pixels.JUDGED_SIDE)))
    joined = {name: np.concatenate([each[name] for each in statistics]) for name in statistics[0]}
    return Seen(np.concatenate(logits, axis=1), np.concatenate(distance), joined)
