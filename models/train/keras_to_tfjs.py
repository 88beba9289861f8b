"""Writes a Keras 3 model as a TensorFlow.js layers model: model.json and weights.bin, as `loadLayersModel` of tfjs 4 reads them.

tfjs reads the configuration that Keras 2 wrote, so layers and connections are translated; only layers that both calculate alike are let through.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

MODEL_FILE, WEIGHTS_FILE = "model.json", "weights.bin"

# What tfjs 4.22 needs of each layer. Other settings must be at the defaults named in ONLY.
KEPT = {
    "InputLayer": ("batch_shape",),
    "Activation": ("activation",),
    "Add": (),
    "Average": (),
    "AveragePooling2D": ("pool_size", "strides", "padding", "data_format"),
    "BatchNormalization": ("axis", "epsilon", "momentum", "center", "scale"),
    "Concatenate": ("axis",),
    "Conv2D": ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias"),
    "Dense": ("units", "activation", "use_bias"),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias", "depth_multiplier"),
    "Dropout": ("rate",),
    "Flatten": ("data_format",),
    "GlobalAveragePooling2D": ("data_format",),
    "GlobalMaxPooling2D": ("data_format",),
    "MaxPooling2D": ("pool_size", "strides", "padding", "data_format"),
    "Maximum": (),
    "Multiply": (),
    "ReLU": ("max_value",),
    "Rescaling": ("scale", "offset"),
    "Reshape": ("target_shape",),
    "SeparableConv2D": (
        "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias", "depth_multiplier",
    ),
    "Softmax": ("axis",),
    "UpSampling2D": ("size", "data_format", "interpolation"),
    "ZeroPadding2D": ("padding", "data_format"),
}  # fmt: skip
ONLY = {"negative_slope": 0.0, "threshold": 0.0, "keepdims": False, "groups": 1, "data_format": "channels_last"}
ACTIVATIONS = {"linear", "relu", "relu6", "sigmoid", "softmax", "tanh", "elu", "selu", "softplus", "softsign"}


def write(model: keras.Model, folder: Path) -> list[Path]:
    """Writes model.json and weights.bin (float32, little endian) to `folder` and returns their paths.

    Raises ValueError, naming the layer, where the model holds something that tfjs would not calculate the same way."""
    topology = {"class_name": "Functional", "config": _functional(model)}
    entries, values = [], []
    for layer in model.layers:
        for variable in layer.weights:
            value = np.asarray(variable, dtype="<f4")
            entries.append({"name": f"{layer.name}/{variable.name}", "shape": list(value.shape), "dtype": "float32"})
            values.append(value.tobytes())
    body = {
        "format": "layers-model",
        "generatedBy": f"keras {keras.__version__}",
        "convertedBy": "HealthSense train.keras_to_tfjs",
        "modelTopology": {"keras_version": "2.15.0", "backend": "tensorflow", "model_config": topology},
        "weightsManifest": [{"paths": [WEIGHTS_FILE], "weights": entries}],
    }
    paths = [folder / MODEL_FILE, folder / WEIGHTS_FILE]
    paths[0].write_text(json.dumps(body, separators=(",", ":")) + "\n")
    paths[1].write_bytes(b"".join(values))
    return paths


def _functional(model: keras.Model) -> dict:
    """Keras 2's configuration of a functional model; a Sequential one counts as the functional model it holds."""
    config = getattr(model, "_functional", model).get_config()
    layers = [_layer(entry) for entry in config["layers"]]
    ends = {key: _ends(config[key]) for key in ("input_layers", "output_layers")}
    return {"name": config["name"], "trainable": False, "layers": layers, **ends}


def _layer(entry: dict) -> dict:
    kind, config, name = entry["class_name"], entry["config"], entry["config"]["name"]
    if kind not in KEPT:
        raise ValueError(f'layer "{name}" is a {kind}, which cannot be carried over; can be: {", ".join(sorted(KEPT))}')
    for setting, default in ONLY.items():
        if config.get(setting) not in (default, None):
            raise ValueError(f'layer "{name}" ({kind}) has {setting} = {config[setting]}; only {default} can be carried over')
    kept = {setting: config[setting] for setting in KEPT[kind]}
    if "batch_shape" in kept:
        kept = {"batch_input_shape": kept["batch_shape"], "sparse": False}
    if kept.get("activation", "linear") not in ACTIVATIONS:
        raise ValueError(f'layer "{name}" ({kind}) has the activation {kept["activation"]}; can be carried over: {", ".join(sorted(ACTIVATIONS))}')
    if kept.get("axis") == [-1]:
        kept["axis"] = -1
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, "trainable": False, "dtype": "float32", **kept},
        "inbound_nodes": [_sources(node, name) for node in entry["inbound_nodes"]],
    }


def _sources(node: dict, name: str) -> list[list]:
    """[[layer, node, tensor, {}], …] of one call of a layer."""
    settings = {key: value for key, value in node["kwargs"].items() if key not in ("mask", "training") and value is not None}
    if settings:
        raise ValueError(f'layer "{name}" is called with {", ".join(settings)}, which cannot be carried over')
    given = node["args"][0] if isinstance(node["args"][0], list) else node["args"]
    return [[*tensor["config"]["keras_history"], {}] for tensor in given]


def _ends(ends: list) -> list[list]:
    """Inputs or outputs as a list of [layer, node, tensor]; Keras 3 writes a single one bare."""
    return [ends] if isinstance(ends[0], str) else list(ends)
