"""The network: a small residual CNN whose class evidence is linear in the last feature map, so that its heat map is exact."""

from __future__ import annotations

import keras
from keras import layers

from . import CLASSES

STEM = (24, 48)
# width, stride of the first block, blocks
STAGES = ((48, 1, 1), (96, 2, 2), (192, 2, 2))
DROPOUT = 0.3
FEATURE_MAP = "features"


def build(side: int | None = None) -> keras.Model:
    """RGB 0-255 [n, side, side, 3] -> logits [n, 7] in the order of CLASSES. side None: any size (training)."""
    photo = layers.Input((side, side, 3), name="photo")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(photo)
    for index, width in enumerate(STEM):
        x = _conv(x, width, f"stem{index}", stride=2)
    for stage, (width, stride, blocks) in enumerate(STAGES):
        for block in range(blocks):
            last = stage == len(STAGES) - 1 and block == blocks - 1
            x = _block(x, width, stride if block == 0 else 1, f"s{stage}b{block}", FEATURE_MAP if last else None)
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    x = layers.Dropout(DROPOUT, name="dropout")(x)
    return keras.Model(photo, layers.Dense(len(CLASSES), dtype="float32", name="logits")(x), name="skin")


def _conv(x, width: int, name: str, stride: int = 1, kernel: int = 3, relu: bool = True):
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x


def _block(x, width: int, stride: int, name: str, out: str | None = None):
    y = _conv(x, width, f"{name}_1", stride)
    y = _conv(y, width, f"{name}_2", relu=False)
    if stride > 1:
        x = layers.AveragePooling2D(2, padding="same", name=f"{name}_pool")(x)
    if x.shape[-1] != width:
        x = _conv(x, width, f"{name}_skip", kernel=1, relu=False)
    return layers.ReLU(name=out or f"{name}_relu")(layers.Add(name=f"{name}_add")([y, x]))
