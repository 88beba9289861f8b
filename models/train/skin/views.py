"""The network looks at a photo and at its mirror images; logits are averaged (test-time augmentation)."""

from __future__ import annotations

import numpy as np

VIEWS = {
    "identity": lambda x: x,
    "mirrored": lambda x: x[:, :, ::-1],
    "flipped": lambda x: x[:, ::-1],
    "turned": lambda x: x[:, ::-1, ::-1],
}


def of(squares: np.ndarray, names: tuple[str, ...]) -> list[np.ndarray]:
    """[N, S, S, 3] once per view: as it is, left for right, top for bottom, turned by 180 degrees."""
    return [np.ascontiguousarray(VIEWS[name](squares)) for name in names]
