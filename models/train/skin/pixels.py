"""Squares of pixels: scaled by area and described by a few numbers, exactly as ../../skin/PREPROCESSING.md says and the console does."""

from __future__ import annotations

import numpy as np

# Every picture is judged at this size, so that one limit holds for every camera.
JUDGED_SIDE = 128
LUMA = np.array([0.299, 0.587, 0.114])


def scaled(squares: np.ndarray, side: int) -> np.ndarray:
    """[N, S, S, 3] -> [N, side, side, 3] float32, 0-255: by area where it shrinks, linearly where it grows. Nothing is rounded."""
    if squares.shape[1] == side:
        return squares.astype(np.float32)
    weights = _area_weights(squares.shape[1], side) if side < squares.shape[1] else _linear_weights(squares.shape[1], side)
    source = squares.shape[1]
    out = np.empty((len(squares), side, side, 3), np.float32)
    for index, square in enumerate(squares):
        rows = weights @ square.reshape(source, source * 3).astype(np.float64)
        columns = rows.reshape(side, source, 3).transpose(0, 2, 1) @ weights.T
        out[index] = columns.transpose(0, 2, 1)
    return out


def statistics(squares: np.ndarray) -> dict[str, np.ndarray]:
    """[N, S, S, 3] float -> [N] each: mean, p5, p95 of luma (0-255), flatShare, sharpness."""
    grey = squares.astype(np.float64) @ LUMA
    grey = grey.astype(np.float32).astype(np.float64)
    flat = np.sort(grey.reshape(len(grey), -1), axis=1)
    pixels = flat.shape[1]
    steps = (flat // 4).astype(int)
    edges = 4 * grey[:, 1:-1, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:] - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1]
    return {
        "mean": flat.mean(1),
        "p5": flat[:, _place(0.05, pixels)],
        "p95": flat[:, _place(0.95, pixels)],
        "flatShare": np.array([np.bincount(row, minlength=64).max() for row in steps]) / pixels,
        "sharpness": edges.reshape(len(edges), -1).var(1),
    }


def _place(share: float, count: int) -> int:
    return int(np.floor(share * (count - 1) + 0.5))


def _area_weights(source: int, target: int) -> np.ndarray:
    """[target, source]: how much of each target pixel each source pixel covers."""
    edge = np.arange(target + 1) * (source / target)
    at = np.arange(source)
    overlap = np.minimum(edge[1:, None], at + 1) - np.maximum(edge[:-1, None], at)
    return np.maximum(overlap, 0) / (source / target)


def _linear_weights(source: int, target: int) -> np.ndarray:
    centre = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    return np.maximum(0, 1 - np.abs(centre[:, None] - np.arange(source)))
