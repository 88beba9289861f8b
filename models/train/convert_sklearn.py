"""A fitted scikit-learn classifier or pipeline as the ONNX graph that the console runs: `features` [N, F] float32 (NaN = missing) ->
`probability` [N] float32, checked against the original on random rows."""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path

import joblib
import numpy as np
import onnx
from onnx import compose, helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import is_classifier
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline

from . import SEED
from .convert_entry import Refused, digest_of, levels_and_performance, shipped_entry
from .export import IR_VERSION, OPSET, Graph, floor_thresholds, onnx_probability, route_missing, tensor
from .spec import MEDIAN_REPLACEMENT

ROWS = 500
TOLERANCE = 1e-4


def convert_pipeline(path: Path, name: str, title: str, version: str, stated: dict, out: Path) -> dict:
    """Writes <out>/<name>/model.onnx and returns the manifest entry. Raises Refused, before anything is written, where it cannot."""
    model = load(path)
    inputs, background = read_inputs(stated, name)
    own = levels_and_performance(stated)
    check_shape(model, inputs)
    rows = draw_rows(inputs)
    takes_missing = accepts_missing(model, rows)
    fill = None if takes_missing else [background[i["name"]] for i in inputs]
    graph = to_onnx(model, len(inputs), fill, name, title)
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / "model.onnx"
        candidate.write_bytes(graph.SerializeToString())
        compare(model, candidate, rows, fill)
        target = out / name / "model.onnx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(candidate.read_bytes())
    shipped = shipped_entry(name)
    entry = {
        "name": name,
        "title": title,
        "version": version,
        "kind": kind_of(model),
        "outcome": stated.get("outcome", shipped.get("outcome", "")),
        "file": f"{name}/model.onnx",
        "sha256": digest_of(target),
        "graph": {"input": "features", "output": "probability", "missing": "NaN"},
        "inputs": inputs,
        **own,
        "explain": MEDIAN_REPLACEMENT,
        "background": background,
        "population": stated.get("population", "The clinic's own model: ask whoever trained it."),
    }
    if "appliesWhen" in shipped and shipped["appliesWhen"]["input"] in background:
        entry["appliesWhen"] = shipped["appliesWhen"]
    return entry


def load(path: Path):
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            model = joblib.load(path)
    except Exception as error:  # noqa: BLE001  whatever is in the file may fail in its own way
        raise Refused(f"{path.name} cannot be opened: {error}") from None
    for each in said:
        if type(each.message).__name__ == "InconsistentVersionWarning":
            print(f"note: {str(each.message).splitlines()[0]}")
    if not hasattr(model, "fit") or not is_classifier(model):
        raise Refused(f"it holds a {type(model).__name__}, not a scikit-learn classifier or a pipeline that ends in one")
    if not hasattr(model, "predict_proba"):
        raise Refused(f"{type(last_step(model)).__name__} gives no probability; fit it inside a CalibratedClassifierCV")
    if not hasattr(model, "classes_"):
        raise Refused("it has not been fitted")
    if len(model.classes_) != 2:
        raise Refused(f"it tells {len(model.classes_)} classes apart; the console needs two, and the probability of the second")
    print(f"note: the probability is that of class {model.classes_[1]}")
    return model


def read_inputs(stated: dict, name: str) -> tuple[list[dict], dict]:
    """(inputs for the manifest, in the model's column order; an ordinary value of each). Words may come from the model that ships."""
    known = {i["name"]: i for i in shipped_entry(name)["inputs"]}
    ordinary = shipped_entry(name)["background"]
    inputs, background = [], {}
    for given in stated.get("inputs") or []:
        given = {"name": given} if isinstance(given, str) else dict(given)
        if given.get("name") not in known:
            raise Refused(f"the console has no input {given.get('name')!r} for {name}; it has {', '.join(known)}")
        entry = {**known[given["name"]], **{k: v for k, v in given.items() if k != "background"}}
        low, high = entry["min"], entry["max"]
        if not low < high:
            raise Refused(f"{entry['name']}: min must be below max")
        inputs.append(entry)
        background[entry["name"]] = float(given.get("background", ordinary[entry["name"]]))
    if not inputs:
        raise Refused('inputs.json needs "inputs": the names of the model\'s columns, in their order')
    if len(background) != len(inputs):
        raise Refused("an input is named twice")
    return inputs, background


def check_shape(model, inputs: list[dict]) -> None:
    width = getattr(model, "n_features_in_", None)
    if width is not None and width != len(inputs):
        raise Refused(f"it was fitted on {width} columns, and inputs.json names {len(inputs)}")
    for column, given in zip(getattr(model, "feature_names_in_", []), inputs, strict=False):
        print(f"note: its column {column!r} is {given['name']} [{given['unit']}]")


def draw_rows(inputs: list[dict]) -> np.ndarray:
    """[500, F] float32 over and a little beyond each range, in steps of a thousandth of it; a third of the optional values missing,
    the last 20 rows entirely."""
    rng = np.random.default_rng(SEED)
    x = np.empty((ROWS, len(inputs)))
    for column, given in enumerate(inputs):
        if given.get("categories"):
            x[:, column] = rng.choice([float(c) for c in given["categories"]], ROWS)
            continue
        span = given["max"] - given["min"]
        x[:, column] = given["min"] + span * rng.integers(-50, 1051, ROWS) / 1000
    optional = np.array([not i["required"] for i in inputs])
    x[(rng.uniform(size=x.shape) < 0.33) & optional] = np.nan
    x[-20:] = np.nan
    return x.astype(np.float32)


def accepts_missing(model, rows: np.ndarray) -> bool:
    try:
        probability(model, rows)
    except ValueError:
        print("note: it takes no missing values, so a missing input counts as its background value")
        return False
    return True


def probability(model, x: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "fitted with feature names"
        return model.predict_proba(x)[:, 1]


def to_onnx(model, width: int, fill: list[float] | None, name: str, title: str) -> onnx.ModelProto:
    final = last_step(model)
    if is_forest(final):
        floor_thresholds(final)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            types = [("filled", FloatTensorType([None, width]))]
            middle = convert_sklearn(model, initial_types=types, options={id(model): {"zipmap": False}}, target_opset=OPSET)
    except Exception as error:  # noqa: BLE001  skl2onnx fails in as many ways as there are estimators
        raise Refused(f"skl2onnx cannot convert it: {str(error).strip().splitlines()[0][:160]}") from None
    if is_forest(final):
        route_missing(middle, final)
    middle.ir_version = IR_VERSION
    opsets = {o.domain: o.version for o in middle.opset_import}
    if opsets.get("", 0) > OPSET[""]:
        raise Refused(f"it needs ONNX operators of version {opsets['']}, and the console runs {OPSET['']}")
    del middle.opset_import[:]
    middle.opset_import.extend(helper.make_opsetid(domain, number) for domain, number in OPSET.items())
    head = Graph("head")
    source = "features"
    if fill is not None:
        source = head.op("Where", head.op("IsNaN", source), head.constant(fill), source)
    head.op("Identity", source, output="filled_in")
    tail = Graph("tail")
    tail.op("Gather", "scores", tail.constant(1, np.int64), axis=1, output="probability")
    first = head.model("head", [tensor("features", ["N", width])], [tensor("filled_in", ["N", width])])
    last = tail.model("tail", [tensor("scores", ["N", 2])], [tensor("probability", ["N"])])
    scores = middle.graph.output[1].name
    joined = compose.merge_models(first, middle, io_map=[("filled_in", middle.graph.input[0].name)], outputs=[scores])
    graph = compose.merge_models(joined, last, io_map=[(scores, "scores")])
    graph.producer_name = "healthsense"
    graph.graph.name, graph.graph.doc_string = name, title
    onnx.checker.check_model(graph)
    return graph


def compare(model, graph: Path, rows: np.ndarray, fill: list[float] | None) -> None:
    """Raises Refused where the graph answers otherwise than the original."""
    seen = rows if fill is None else np.where(np.isnan(rows), np.float32(fill), rows)
    expected, answered = probability(model, seen), onnx_probability(graph, rows)
    difference = np.abs(answered - expected)
    if not np.isfinite(difference).all():
        raise Refused("the converted model answers some rows with no number")
    if difference.max() > TOLERANCE:
        count = int((difference > TOLERANCE).sum())
        worst = f"{difference.max():.2g}"
        raise Refused(f"the converted model differs from the original on {count} of {len(rows)} random rows, by up to {worst}")
    print(f"note: {len(rows)} random rows agree with the original to {difference.max():.1e}")


def last_step(model):
    return model.steps[-1][1] if isinstance(model, Pipeline) else model


def is_forest(estimator) -> bool:
    return isinstance(estimator, RandomForestClassifier | ExtraTreesClassifier)


def kind_of(model) -> str:
    """RandomForestClassifier -> random-forest."""
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z]|$)|[A-Z][a-z]+", type(last_step(model)).__name__)
    return "-".join(w.lower() for w in words if w not in ("Classifier", "CV"))
