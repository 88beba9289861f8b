"""Writes what the console reads of the skin model: the network twice (Keras, TensorFlow.js), its manifest row, and the parity fixture."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from .. import keras_to_tfjs
from . import CLASSES, MALIGNANT, TITLES, export, generated, network, refusal, shipped
from .calibrate import Calibration

NAME, TITLE, KIND = "skin", "Skin lesion", "convolutional-network"
KERAS_FILE, PARITY_FILE = "skin.keras", "parity.json"
LICENCE = "Trained on HAM10000 (Tschandl, Rosendahl, Kittler 2018), CC BY-NC 4.0: not for commercial use."
POPULATION = (
    "Dermatoscope photos of pigmented lesions from two clinics in Austria and Australia, nearly all of light skin. "
    "Not for photos without a dermatoscope, other skin tones, or children."
)
OUTCOME = "melanoma, basal cell carcinoma, or actinic keratosis / Bowen's disease"


@dataclass(frozen=True)
class Decisions:
    """All that was chosen on the validation lesions."""

    calibration: Calibration
    views: tuple[str, ...]
    thresholds: dict
    limits: dict[str, float]


def write_network(model: keras.Model, folder: Path) -> None:
    """skin.keras, model.json and weights.bin."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / KERAS_FILE)
    keras_to_tfjs.write(model, folder)


def manifest_row(model: keras.Model, made: Decisions, version: str, performance: dict, folder: Path) -> dict:
    calibration = made.calibration
    return {
        "name": NAME,
        "title": TITLE,
        "version": version,
        "kind": KIND,
        "outcome": OUTCOME,
        "file": f"{NAME}/{keras_to_tfjs.MODEL_FILE}",
        "sha256": sha256(folder / keras_to_tfjs.MODEL_FILE),
        "weights": [{"file": f"{NAME}/{keras_to_tfjs.WEIGHTS_FILE}", "sha256": sha256(folder / keras_to_tfjs.WEIGHTS_FILE)}],
        "keras": {"file": f"{NAME}/{KERAS_FILE}", "sha256": sha256(folder / KERAS_FILE)},
        "graph": {"input": "photo", "logits": "logits", "features": network.FEATURE_MAP, "departure": export.DEPARTURE},
        "inputSide": model.input_shape[1],
        "classes": list(CLASSES),
        "titles": TITLES,
        "malignant": list(MALIGNANT),
        "views": list(made.views),
        "temperature": round(calibration.temperature, 6),
        "logBias": _rounded(calibration.log_bias),
        "namingBias": _rounded(calibration.naming_bias),
        "thresholds": {key: made.thresholds[key] for key in ("moderate", "high", "target")},
        "refusal": made.limits,
        "performance": performance,
        "population": POPULATION,
        "licence": LICENCE,
    }


def write_parity(model: keras.Model, made: Decisions, version: str, path: Path) -> None:
    """What Keras answers to generated pictures; the pictures themselves are made again from their number."""
    squares = np.stack([generated.lesion_like(number) for number in range(generated.PARITY_COUNT)])
    seen = shipped.look(model, squares, made.views)
    reasons = refusal.reasons(seen, made.limits)
    calibration = made.calibration
    names = calibration.named(seen.logits)
    rows = [
        {
            "picture": number,
            "sha256": hashlib.sha256(squares[number].tobytes()).hexdigest(),
            "logits": [round(float(value), 6) for value in seen.logits[number]],
            "malignancy": round(float(calibration.malignancy(seen.logits)[number]), 6),
            "named": CLASSES[names[number]],
            "distance": round(float(seen.distance[number]), 6),
            "statistics": {name: round(float(values[number]), 6) for name, values in seen.statistics.items()},
            "refused": reasons[number] or None,
        }
        for number in range(len(squares))
    ]
    path.write_text(json.dumps({"model": NAME, "version": version, "side": generated.PARITY_SIDE, "tolerance": 1e-3, "pictures": rows}) + "\n")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 6) + 0.0 for value in values]
