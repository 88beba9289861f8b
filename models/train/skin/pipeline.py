"""From photos to artefacts: fits the network, chooses everything else on the validation lesions, judges once on the held-out ones."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.metrics import roc_auc_score

from .. import keras_to_tfjs
from ..artefacts import write_manifest
from ..judge import calibration, choose_thresholds, rnd
from ..reliability_plot import reliability_svg
from . import CLASSES, SEED, artefacts, baseline, card, export, familiar, figures, fit, pixels, refusal, shipped
from . import photos as reading
from .calibrate import IS_MALIGNANT, balanced_accuracy
from .calibrate import fit as calibrate
from .views import VIEWS

VERSION = "1.0.0"
# Pixels a side that the shipped network takes.
SIDE = 128
FALSE_ALARMS, SENSITIVITY = 0.10, 0.95
EVALUATION = "Lesions of HAM10000 kept from training and from every choice; intervals by lesion"


def run(data: Path, out: Path) -> None:
    tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count() or 1)
    photos = reading.load(data)
    parts = reading.split(photos.about)
    print(", ".join(f"{name} {len(rows)} photos" for name, rows in parts.items()), flush=True)
    train, check = parts["train"], parts["validation"]
    seen = (photos.rgb[check], photos.label[check])
    with tempfile.TemporaryDirectory(prefix="skin-checkpoints-") as folder:
        model = fit.fit(photos.rgb[train], photos.label[train], seen, Path(folder))
    finish(model, photos, out)


def finish(model: keras.Model, photos: reading.Photos, out: Path) -> None:
    """Everything after fitting: calibration, limits, artefacts, figures, card."""
    parts = reading.split(photos.about)
    squares, label, about = reading.centre_square(photos.rgb), photos.label, photos.about
    train, check, test = parts["train"], parts["validation"], parts["test"]
    pooled, statistics = _features(model, squares[train])
    network = export.fold(model, SIDE, familiar.whitening(pooled))
    views, seen = _choose_views(shipped.look(network, squares[check], tuple(VIEWS)), label[check], np.bincount(label[train]))
    made = _decide(seen, label[check], np.bincount(label[train]), views, refusal.limits(statistics, seen))
    formula = baseline.fit(about.iloc[train], IS_MALIGNANT[label[train]])

    held_out = _judge(shipped.look(network, squares[test], views), made, about.iloc[test], formula)
    folder = out / artefacts.NAME
    artefacts.write_network(network, folder)
    performance = {key: held_out[key] for key in ("auc", "aucLow", "aucHigh", "brier", "ece", "n", "positives", "balancedAccuracy")}
    write_manifest(out / "manifest.json", artefacts.manifest_row(network, made, VERSION, performance | {"evaluation": EVALUATION}, folder))
    artefacts.write_parity(network, made, VERSION, folder / artefacts.PARITY_FILE)
    metrics = {
        "model": artefacts.NAME,
        "version": VERSION,
        "evaluation": EVALUATION,
        "command": "python -m train --data DATA --model skin",
        "seed": SEED,
        "data": {"sha256": photos.sha256, "rows": len(label), "split": _split_table(about, parts)},
        "modelSha256": artefacts.sha256(folder / keras_to_tfjs.WEIGHTS_FILE),
        "schedule": [{"side": side, "epochs": epochs} for side, epochs in fit.PHASES],
        "parameters": int(network.count_params()),
        "thresholds": made.thresholds,
        "refusal": made.limits,
        "baselineModel": formula,
        "heldOut": {key: value for key, value in held_out.items() if key not in figures.BESIDE},
        **{key: held_out[key] for key in figures.BESIDE},
        "validation": _in_short(seen, made, label[check]),
    }
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    levels = {level: made.thresholds[level] for level in figures.LEVELS}
    (folder / "reliability.svg").write_text(reliability_svg("Skin lesion, held-out lesions", held_out["reliability"], levels))
    (folder / "CARD.md").write_text(card.render(metrics))
    print({key: held_out[key] for key in ("n", "auc", "aucLow", "aucHigh", "balancedAccuracy", "ece", "brier")}, flush=True)


def _features(model: keras.Model, squares: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Pooled features [N, c] at SIDE, and the statistics [N] that refusals go by."""
    pool = keras.Model(model.input, model.get_layer("pooled").output)
    pooled, found = [], []
    for start in range(0, len(squares), shipped.BATCH):
        part = squares[start : start + shipped.BATCH]
        pooled.append(pool(pixels.scaled(part, SIDE), training=False).numpy())
        found.append(pixels.statistics(pixels.scaled(part, pixels.JUDGED_SIDE)))
    return np.concatenate(pooled), {name: np.concatenate([each[name] for each in found]) for name in found[0]}


def _choose_views(seen: shipped.Seen, label: np.ndarray, frequency: np.ndarray) -> tuple[tuple[str, ...], shipped.Seen]:
    """One, two or four views: more only where AUC plus balanced accuracy rise on the validation lesions by at least 0.005."""
    malignant = IS_MALIGNANT[label]
    best, kept = -np.inf, 1
    for count in (1, 2, 4):
        logits = seen.by_view[:count].mean(0)
        made = calibrate(logits, label, frequency)
        score = roc_auc_score(malignant, made.malignancy(logits)) + balanced_accuracy(label, made.named(logits))
        print(f"{count} views: validation AUC + balanced accuracy {score:.4f}", flush=True)
        if score > best + 0.005:
            best, kept = score, count
    return tuple(VIEWS)[:kept], replace(seen, by_view=seen.by_view[:kept])


def _decide(seen: shipped.Seen, label: np.ndarray, frequency: np.ndarray, views: tuple[str, ...], limits: dict) -> artefacts.Decisions:
    made = calibrate(seen.logits, label, frequency)
    chosen = choose_thresholds(IS_MALIGNANT[label].astype(int), made.malignancy(seen.logits), FALSE_ALARMS, SENSITIVITY)
    chosen["target"] = chosen["target"].replace("out-of-fold", "validation lesions")
    return artefacts.Decisions(made, views, chosen, limits)


def _judge(seen: shipped.Seen, made: artefacts.Decisions, about: pd.DataFrame, formula: dict) -> dict:
    rule = made.calibration
    return figures.describe(
        about,
        rule.malignancy(seen.logits),
        rule.named(seen.logits),
        refusal.reasons(seen, made.limits),
        made.thresholds,
        baseline.apply(formula, about),
    )


def _in_short(seen: shipped.Seen, made: artefacts.Decisions, label: np.ndarray) -> dict:
    """Of the lesions that everything was chosen on: flattering, kept to be compared with the held-out ones."""
    y, p = IS_MALIGNANT[label].astype(int), made.calibration.malignancy(seen.logits)
    return {
        "n": len(y),
        "positives": int(y.sum()),
        "auc": rnd(roc_auc_score(y, p)),
        **calibration(y, p),
        "balancedAccuracy": rnd(balanced_accuracy(label, made.calibration.named(seen.logits))),
        "declined": rnd((refusal.reasons(seen, made.limits) != "").mean()),
    }


def _split_table(about: pd.DataFrame, parts: dict[str, np.ndarray]) -> dict:
    """Per part: photos, lesions, photos of each diagnosis."""
    out = {}
    for name, rows in parts.items():
        own = about.iloc[rows]
        out[name] = {"photos": len(rows), "lesions": int(own["lesion_id"].nunique()), **{c: int((own["dx"] == c).sum()) for c in CLASSES}}
    return out
