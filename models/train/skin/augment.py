"""Training batches: drawn with more even diagnoses, turned, mirrored, scaled, shifted, recoloured, partly covered and mixed."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from . import CLASSES

# Between 0 (every diagnosis equally often) and 1 (as often as in the data).
SAMPLING_POWER = 0.5
MIXUP_ALPHA = 0.2
LABEL_SMOOTHING = 0.05


def batches(rgb: np.ndarray, label: np.ndarray, side: int, batch: int, count: int, seed: int) -> tf.data.Dataset:
    """`count` batches of ([batch, side, side, 3] float32 0-255, [batch, 7] soft labels) from rgb [N, side, W >= side, 3] uint8."""
    frequency = np.bincount(label, minlength=len(CLASSES)).astype(float)
    weight = (frequency ** (SAMPLING_POWER - 1))[label]
    rows = _draw(weight / weight.sum(), batch * count, np.random.default_rng(seed)).reshape(count, batch)
    images, labels = tf.constant(rgb), tf.one_hot(label, len(CLASSES))
    numbered = tf.data.Dataset.from_tensor_slices((rows, np.arange(count) + seed * 100_000))

    def make(row: tf.Tensor, step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        draw = _Draw(step, batch)
        x = _warp(tf.cast(tf.gather(images, row), tf.float32), side, draw)
        x = _cover(_recolour(x, draw), side, draw)
        return _mix(x, tf.gather(labels, row), draw)

    options = tf.data.Options()
    options.threading.private_threadpool_size = 1
    options.deterministic = True
    return numbered.map(make, num_parallel_calls=1).with_options(options).prefetch(4)


def _draw(probability: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` rows by systematic sampling: each row as often as its probability says, give or take one; shuffled."""
    edges = np.cumsum(probability * count)
    order = rng.permutation(len(probability))
    edges = np.cumsum((probability * count)[order])
    chosen = order[np.minimum(np.searchsorted(edges, np.arange(count) + rng.random()), len(order) - 1)]
    return rng.permutation(chosen).astype(np.int32)


class _Draw:
    """Random numbers of one batch: the same for the same step, whatever the order in which batches are made."""

    def __init__(self, step: tf.Tensor, batch: int) -> None:
        self._step, self._batch, self._calls = tf.cast(step, tf.int32), batch, 0

    def uniform(self, low: float, high: float, *shape: int) -> tf.Tensor:
        self._calls += 1
        return tf.random.stateless_uniform((self._batch, *shape), [self._step, self._calls], low, high)


def _warp(x: tf.Tensor, side: int, draw: _Draw) -> tf.Tensor:
    """Any rotation, mirror image, zoom 0.8-1.25, stretch to 10 %, shift to 8 %; what lies outside is mirrored in."""
    height, width = x.shape[1], x.shape[2]
    angle = draw.uniform(0, 2 * math.pi)
    zoom, stretch = tf.exp(draw.uniform(-0.22, 0.22)), tf.exp(draw.uniform(-0.1, 0.1))
    mirror = tf.where(draw.uniform(0, 1) < 0.5, -1.0, 1.0)
    shift = draw.uniform(-0.08, 0.08, 2) * side
    cos, sin = tf.cos(angle) * zoom, tf.sin(angle) * zoom
    a0, a1, b0, b1 = cos * stretch * mirror, -sin / stretch, sin * stretch * mirror, cos / stretch
    middle = (side - 1) / 2
    a2 = (width - 1) / 2 + shift[:, 0] - (a0 + a1) * middle
    b2 = (height - 1) / 2 + shift[:, 1] - (b0 + b1) * middle
    zero = tf.zeros_like(a0)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], 1),
        output_shape=[side, side],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def _recolour(x: tf.Tensor, draw: _Draw) -> tf.Tensor:
    """Brightness, contrast and saturation to 15-20 %, each channel to 5 %."""
    gain = draw.uniform(0.85, 1.15, 1, 1, 1) * draw.uniform(0.95, 1.05, 1, 1, 3)
    mean = tf.reduce_mean(x, (1, 2), keepdims=True)
    contrast = draw.uniform(0.85, 1.2, 1, 1, 1)
    x = (x * contrast + mean * (1 - contrast)) * gain
    grey = tf.reduce_mean(x, -1, keepdims=True)
    saturation = draw.uniform(0.8, 1.2, 1, 1, 1)
    return tf.clip_by_value(x * saturation + grey * (1 - saturation), 0, 255)


def _cover(x: tf.Tensor, side: int, draw: _Draw) -> tf.Tensor:
    """Covers one rectangle, up to 40 % of each side, with the photo's mean colour in half of the photos."""
    at, half = draw.uniform(0, side, 2), draw.uniform(0.05, 0.2, 2) * side
    half *= tf.cast(draw.uniform(0, 1, 1) < 0.5, tf.float32)
    line = tf.range(side, dtype=tf.float32)[None]
    inside = [tf.abs(line - at[:, axis, None]) < half[:, axis, None] for axis in (0, 1)]
    mask = tf.cast(inside[0][:, :, None] & inside[1][:, None, :], tf.float32)[..., None]
    return x + mask * (tf.reduce_mean(x, (1, 2), keepdims=True) - x)


def _mix(x: tf.Tensor, y: tf.Tensor, draw: _Draw) -> tf.Tensor:
    """Mixes each photo and label with the batch's in reverse order; share from a Beta-like draw near 0 mostly."""
    share = 0.5 * draw.uniform(0, 1) ** (1 / MIXUP_ALPHA)
    y = y * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / len(CLASSES)
    other = share[:, None, None, None]
    return x + other * (tf.reverse(x, [0]) - x), y + share[:, None] * (tf.reverse(y, [0]) - y)
