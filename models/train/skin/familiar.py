"""How far a picture's pooled features lie from those of the training photos (Mahalanobis distance), as a layer of the network."""

from __future__ import annotations

import numpy as np

# Share of the mean variance that is added to every direction, so that hardly used ones do not dominate.
SHRINKAGE = 0.1


def whitening(pooled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kernel [c, c] and bias [c] so that pooled @ kernel + bias has mean 0 and about unit variance in every direction."""
    mean = pooled.mean(0, dtype=np.float64)
    covariance = np.cov(pooled.astype(np.float64), rowvar=False)
    values, vectors = np.linalg.eigh(covariance)
    kernel = vectors / np.sqrt(values + SHRINKAGE * values.mean())
    return kernel.astype(np.float32), (-mean @ kernel).astype(np.float32)


def distance(departure: np.ndarray) -> np.ndarray:
    """[N]: root mean square of the departure layer's outputs; about 1 or less for photos like the training ones."""
    return np.sqrt((departure.astype(np.float64) ** 2).mean(1))
