"""A Keras network for dermatoscope photos as the TensorFlow.js layers model that the console runs, checked against the original on random
pictures through the console's own code in Node."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

from . import SEED, keras_to_tfjs
from .convert_entry import Refused, digest_of, levels_and_performance, shipped_entry, write_entry

PICTURES = 8
TOLERANCE = 1e-3
LOGITS, FEATURES, DEPARTURE = "logits", "features", "departure"
REPOSITORY = Path(__file__).resolve().parents[2]
NODE, SCORE = REPOSITORY / "node_modules" / ".bin" / "node", REPOSITORY / "src-main" / "hosts" / "score-photos.ts"


def convert_network(path: Path, title: str, version: str, stated: dict, out: Path) -> dict:
    """Writes <out>/skin/model.json and weights.bin and returns the manifest entry. Raises Refused, before anything is written."""
    shipped = shipped_entry("skin")
    if not shipped:
        raise Refused("this build has no skin model that it could take the place of")
    own = levels_and_performance(stated)
    if stated.get("classes") != shipped["classes"]:
        raise Refused(f'inputs.json needs "classes", what each of its outputs means, in this order: {", ".join(shipped["classes"])}')
    if not stated.get("licence"):
        raise Refused('inputs.json needs "licence": of the photos it was trained on, as the screen and the reports will say it')
    network = with_three_outputs(load(path), len(shipped["classes"]))
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / "skin"
        candidate.mkdir()
        try:
            files = keras_to_tfjs.write(network, candidate)
        except ValueError as error:
            raise Refused(str(error)) from None
        zeros = [0.0] * len(shipped["classes"])
        entry = {
            **{key: shipped[key] for key in ("name", "kind", "classes", "titles", "malignant", "refusal") if key in shipped},
            "title": title,
            "version": version,
            "outcome": stated.get("outcome", shipped["outcome"]),
            "file": f"skin/{files[0].name}",
            "sha256": digest_of(files[0]),
            "weights": [{"file": f"skin/{files[1].name}", "sha256": digest_of(files[1])}],
            "graph": {"input": network.layers[0].name, "logits": LOGITS, "features": network.output_names[1], "departure": DEPARTURE},
            "inputSide": network.input_shape[1],
            "views": ["identity"],
            "temperature": stated.get("temperature", 1.0),
            "logBias": stated.get("logBias", zeros),
            "namingBias": stated.get("namingBias", zeros),
            **own,
            "population": stated.get("population", "The clinic's own model: ask whoever trained it."),
            "licence": stated["licence"],
        }
        write_entry(Path(folder) / "manifest.json", entry)
        compare(network, Path(folder), entry["inputSide"])
        (out / "skin").mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, out / "skin" / file.name)
    return entry


def load(path: Path) -> keras.Model:
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # noqa: BLE001  Keras fails in as many ways as there are layers
        raise Refused(f"Keras cannot open {path.name}: {str(error).strip().splitlines()[0][:200]}") from None


def with_three_outputs(model: keras.Model, classes: int) -> keras.Model:
    """RGB 0-255 [n, side, side, 3] -> logits [n, 7], last feature map [n, h, w, c], departure [n, k]. A model that ends in global
    average pooling and one dense layer (a softmax after it is dropped) is given the other two outputs; without photos nobody can
    say what is far from its training, so its departure is 0 and it is never refused as unfamiliar. Raises Refused."""
    if len(model.inputs) != 1:
        raise Refused(f"it takes {len(model.inputs)} inputs; the console gives one photo")
    shape = tuple(model.inputs[0].shape)
    if len(shape) != 4 or shape[1] is None or shape[1] != shape[2] or shape[3] != 3:
        raise Refused(f"it takes {shape}; the console gives one square photo, [n, side, side, 3], RGB from 0 to 255")
    if not 16 <= shape[1] <= 448:
        raise Refused(f"it takes photos of {shape[1]} pixels a side; the console gives 16 to 448")
    model = keras.Model(model.inputs, model.outputs, name="skin")  # a Sequential becomes the functional model it is
    if len(model.outputs) == 3:
        if [*model.output_names[::2]] != [LOGITS, DEPARTURE] or model.output_shape[0][-1] != classes:
            raise Refused(f'a network with three outputs must give "{LOGITS}" (of {classes}), its last feature map, and "{DEPARTURE}"')
        return model
    dense = next((layer for layer in reversed(model.layers) if isinstance(layer, layers.Dense)), None)
    pooled = None if dense is None else _before(dense)
    after = [] if dense is None else model.layers[model.layers.index(dense) + 1 :]
    if (
        len(model.outputs) != 1
        or dense is None
        or not isinstance(pooled, layers.GlobalAveragePooling2D | layers.Dropout)
        or any(not isinstance(layer, layers.Softmax | layers.Activation) for layer in after)
        or dense.activation not in (keras.activations.linear, keras.activations.softmax)
    ):
        raise Refused("it must end in GlobalAveragePooling2D, one Dense layer and perhaps a softmax: the heat map is worked out from that")
    if isinstance(pooled, layers.Dropout):
        pooled = _before(pooled)
        if not isinstance(pooled, layers.GlobalAveragePooling2D):
            raise Refused("before its last Dense layer there must be GlobalAveragePooling2D: the heat map is worked out from that")
    if dense.units != classes:
        raise Refused(f"it tells {dense.units} diagnoses apart; the console needs {classes}")
    logits, departure = layers.Dense(classes, name=LOGITS), layers.Dense(1, name=DEPARTURE, kernel_initializer="zeros")
    whole = keras.Model(model.inputs, [logits(pooled.output), pooled.input, departure(pooled.output)], name="skin")
    logits.set_weights(dense.get_weights() if dense.use_bias else [*dense.get_weights(), np.zeros(classes, np.float32)])
    print("note: it cannot tell photos that are unlike those it was trained on, so none is refused for that")
    return whole


def _before(layer: keras.Layer) -> keras.Layer:
    return layer.input._keras_history.operation  # noqa: SLF001  Keras has no public way back through a graph


def compare(network: keras.Model, models: Path, side: int) -> None:
    """Raises Refused where TensorFlow.js answers otherwise than Keras."""
    if not NODE.exists():
        raise Refused("the console's own Node is needed to check the result: run npm ci first")
    pictures = np.random.default_rng(SEED).integers(0, 256, (PICTURES, side, side, 3), dtype=np.uint8)
    expected = network.predict(pictures.astype(np.float32), verbose=0)[0]
    squares = b"".join(struct.pack("<I", side) + picture.tobytes() for picture in pictures)
    done = subprocess.run([NODE, SCORE, models], input=squares, capture_output=True, check=False)
    answers = [json.loads(line)["logits"] for line in done.stdout.decode().splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(answers) != PICTURES:
        raise Refused(f"the console cannot run the result: {done.stderr.decode().strip()[-300:]}")
    difference = float(np.abs(np.array(answers) - expected).max())
    if not difference <= TOLERANCE:
        raise Refused(f"TensorFlow.js differs from Keras by {difference:.2g}")
    print(f"note: {PICTURES} random pictures agree with Keras to {difference:.1e}")
