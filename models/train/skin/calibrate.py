"""From logits to probabilities, to the diagnosis named and to levels: everything here is chosen on the validation lesions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from . import CLASSES, MALIGNANT

IS_MALIGNANT = np.isin(CLASSES, MALIGNANT)


@dataclass(frozen=True)
class Calibration:
    """probabilities = softmax((logits + log_bias) / temperature); diagnosis named = argmax(logits + naming_bias)."""

    temperature: float
    log_bias: np.ndarray
    naming_bias: np.ndarray

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """[N, 7], rows sum to 1, at the frequencies of HAM10000."""
        return softmax((logits + self.log_bias) / self.temperature)

    def malignancy(self, logits: np.ndarray) -> np.ndarray:
        """[N]: of mel, bcc and akiec together."""
        return self.probabilities(logits)[:, IS_MALIGNANT].sum(1)

    def named(self, logits: np.ndarray) -> np.ndarray:
        """[N] index into CLASSES: the diagnosis that fits best where all seven are held equally common."""
        return (logits + self.naming_bias).argmax(1)


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def fit(logits: np.ndarray, label: np.ndarray, frequency: np.ndarray) -> Calibration:
    """Three numbers for the probabilities (temperature, weight of the class frequencies, shift of the malignant classes), one for
    the name (weight of the class frequencies). frequency [7]: photos per class in training."""
    prior = np.log(frequency / frequency.sum())
    prior -= prior.mean()
    malignant = IS_MALIGNANT[label]

    def made(parts: np.ndarray) -> Calibration:
        return Calibration(float(np.exp(parts[0])), parts[1] * prior + parts[2] * IS_MALIGNANT, np.zeros(len(CLASSES)))

    def loss(parts: np.ndarray) -> float:
        p = made(parts).probabilities(logits)
        bad = np.clip(p[:, IS_MALIGNANT].sum(1), 1e-9, 1 - 1e-9)
        seven = -np.log(np.clip(p[np.arange(len(label)), label], 1e-9, None)).mean()
        return float(seven - np.where(malignant, np.log(bad), np.log(1 - bad)).mean())

    best = made(minimize(loss, [0.0, 0.5, 0.0], method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7, "maxiter": 2000}).x)
    weight = _naming_weight(logits, label, prior)
    return Calibration(best.temperature, best.log_bias, -weight * prior)


def _naming_weight(logits: np.ndarray, label: np.ndarray, prior: np.ndarray) -> float:
    """The weight whose neighbourhood (three steps of 0.05 to each side) has the best mean balanced accuracy."""
    weights = np.arange(0, 1.21, 0.05)
    scores = np.array([balanced_accuracy(label, (logits - weight * prior).argmax(1)) for weight in weights])
    smooth = [scores[max(0, at - 3) : at + 4].mean() for at in range(len(weights))]
    return float(weights[int(np.argmax(smooth))])


def balanced_accuracy(label: np.ndarray, named: np.ndarray) -> float:
    """Mean over the classes present of the share named right."""
    return float(np.mean([(named[label == index] == index).mean() for index in np.unique(label)]))
