"""The network as it is shipped: normalisation folded into the convolutions, and three outputs."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from . import CLASSES
from .network import FEATURE_MAP

DEPARTURE = "departure"


def fold(model: keras.Model, side: int, departure: tuple[np.ndarray, np.ndarray]) -> keras.Model:
    """RGB 0-255 [n, side, side, 3] -> logits [n, 7], last feature map [n, h, w, c], departure [n, c].

    Each batch normalisation becomes part of the convolution before it; drop-out goes. `departure` = (kernel [c, c], bias [c]):
    a linear map of the pooled features whose output has mean 0 and covariance 1 over the training photos."""
    photo = layers.Input((side, side, 3), name="photo")
    done: dict[str, keras.KerasTensor] = {model.layers[0].name: photo}
    weights: dict[str, list[np.ndarray]] = {}
    norm_of = {_source(layer): layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)}
    relu_of = {_source(layer): layer for layer in model.layers if isinstance(layer, layers.ReLU)}
    for layer in model.layers[1:]:
        if layer.name in done:
            continue
        given = [done[name] for name in _sources(layer)]
        if isinstance(layer, layers.Conv2D):
            norm = norm_of[layer.name]
            relu = relu_of.get(norm.name)
            folded = layers.Conv2D(
                layer.filters, layer.kernel_size, strides=layer.strides, padding="same", activation="relu" if relu else None, name=layer.name
            )
            done[layer.name] = done[norm.name] = folded(given[0])
            if relu is not None:
                done[relu.name] = done[layer.name]
            weights[layer.name] = _folded_weights(layer, norm)
        elif isinstance(layer, layers.Dropout):
            done[layer.name] = given[0]
        elif layer.name == "logits":
            done[layer.name] = layers.Dense(len(CLASSES), name="logits")(given[0])
            weights["logits"] = layer.get_weights()
        else:
            copy = type(layer).from_config({**layer.get_config(), "dtype": "float32"})
            done[layer.name] = copy(given if len(given) > 1 else given[0])
    out = layers.Dense(departure[0].shape[1], name=DEPARTURE)(done["pooled"])
    weights[DEPARTURE] = list(departure)
    shipped = keras.Model(photo, [done["logits"], done[FEATURE_MAP], out], name="skin")
    for name, values in weights.items():
        shipped.get_layer(name).set_weights(values)
    return shipped


def _folded_weights(conv: layers.Conv2D, norm: layers.BatchNormalization) -> list[np.ndarray]:
    gamma, beta, mean, variance = (np.asarray(value, np.float64) for value in norm.get_weights())
    factor = gamma / np.sqrt(variance + norm.epsilon)
    kernel = np.asarray(conv.get_weights()[0], np.float64) * factor
    return [kernel.astype(np.float32), (beta - mean * factor).astype(np.float32)]


def _sources(layer: keras.Layer) -> list[str]:
    given = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in given]


def _source(layer: keras.Layer) -> str:
    return _sources(layer)[0]
