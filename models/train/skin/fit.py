"""Fits the network: sizes grow, one learning-rate cycle, weights averaged over steps. Keeps a checkpoint after every epoch."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.metrics import roc_auc_score

from . import CLASSES, MALIGNANT, SEED, augment, network, photos

BATCH, STEPS = 64, 96
PEAK_RATE, FIRST_RATE, LAST_RATE, WARM_SHARE = 3e-3, 3e-4, 3e-6, 0.12
WEIGHT_DECAY = 0.05
AVERAGE_OVER = 0.998
# side of the photo in pixels, epochs
PHASES = ((64, 30), (96, 50), (128, 8))
# The learning-rate cycle is planned for this many epochs and cut off before its end: the validation lesions gained nothing more.
CYCLE_EPOCHS = 104


@dataclass(frozen=True)
class Schedule:
    """One cycle over `total` steps: warm-up, then a cosine down."""

    total: int

    def at(self, step: int) -> float:
        warm = self.total * WARM_SHARE
        if step < warm:
            return FIRST_RATE + (PEAK_RATE - FIRST_RATE) * step / warm
        done = (step - warm) / (self.total - warm)
        return LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * done))


def fit(rgb: np.ndarray, label: np.ndarray, validation: tuple[np.ndarray, np.ndarray], folder: Path) -> keras.Model:
    """The network with averaged weights, float32, any photo size. rgb [N, H, W, 3] uint8, as decoded. The last four epochs' weights
    are kept in `folder`; validation (photos, labels) is only reported on."""
    keras.utils.set_random_seed(SEED)
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    model, average = network.build(), network.build()
    average.set_weights(model.get_weights())
    optimizer = keras.optimizers.AdamW(FIRST_RATE, weight_decay=WEIGHT_DECAY, clipnorm=5.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(model.trainable_variables)
    step_of = _step_function(model, average, optimizer)
    schedule = Schedule(CYCLE_EPOCHS * STEPS)
    step, epoch = 0, 0
    for side, epochs in PHASES:
        small = photos.shrink(rgb, side)
        check = photos.centre_square(photos.shrink(validation[0], side))
        for _ in range(epochs):
            start = time.monotonic()
            loss = keras.metrics.Mean()
            bar = keras.utils.Progbar(STEPS, unit_name="batch")
            for number, (x, y) in enumerate(augment.batches(small, label, side, BATCH, STEPS, SEED * 1000 + epoch)):
                optimizer.learning_rate.assign(schedule.at(step))
                momentum = min(AVERAGE_OVER, (1 + step) / (10 + step))
                loss.update_state(step_of(x, y, tf.constant(momentum, tf.float32)))
                step += 1
                bar.update(number + 1, [("loss", float(loss.result()))], finalize=number + 1 == STEPS)
            seconds = time.monotonic() - start
            average.save_weights(folder / f"average-{epoch % 4}.weights.h5")
            epoch += 1
            print(f"epoch {epoch} side {side}: {seconds:.0f} s, loss {float(loss.result()):.4f}, {_report(average, check, validation[1])}", flush=True)
    keras.mixed_precision.set_global_policy("float32")
    final = network.build()
    final.set_weights(average.get_weights())
    return final


def logits(model: keras.Model, squares: np.ndarray, batch: int = 64) -> np.ndarray:
    """[N, 7] float64 for [N, side, side, 3] uint8."""
    parts = [model(tf.cast(squares[i : i + batch], tf.float32), training=False).numpy() for i in range(0, len(squares), batch)]
    return np.concatenate(parts).astype(np.float64)


def _step_function(model: keras.Model, average: keras.Model, optimizer: keras.optimizers.Optimizer):
    loss_of = keras.losses.CategoricalCrossentropy(from_logits=True)

    @tf.function(reduce_retracing=True)
    def step(x: tf.Tensor, y: tf.Tensor, momentum: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        for kept, new in zip(average.weights, model.weights, strict=True):
            if kept.dtype == "float32":
                kept.assign(kept + (1 - momentum) * (new - kept))
        return loss

    return step


def _report(model: keras.Model, check: np.ndarray, label: np.ndarray) -> str:
    out = logits(model, check)
    share = np.exp(out - out.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    bad = np.isin(CLASSES, MALIGNANT)
    found = [(out[label == c].argmax(1) == c).mean() for c in range(len(CLASSES))]
    auc = roc_auc_score(bad[label], share[:, bad].sum(1))
    return f"validation AUC {auc:.4f}, balanced accuracy {np.mean(found):.3f}, accuracy {(out.argmax(1) == label).mean():.3f}"
