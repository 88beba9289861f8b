"""Writes a RiskModel as one small ONNX graph: `features` [N, F] float32 (NaN = missing) -> `probability` [N] float32."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, compose, helper, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType

from .prepare import PROBABILITY_FLOOR, Prepare, RiskModel

OPSET = {"": 17, "ai.onnx.ml": 3}
IR_VERSION = 8


class Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self, prefix: str):
        self.prefix, self.nodes, self.constants = prefix, [], []

    def constant(self, value, dtype=np.float32) -> str:
        name = f"{self.prefix}_c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes) -> str:
        output = output or f"{self.prefix}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def model(self, name: str, inputs, outputs) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSET.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def head(prepare: Prepare, width: int) -> onnx.ModelProto:
    """The ONNX twin of Prepare.transform."""
    g, x = Graph("head"), "features"
    if any(prepare.zero_is_missing):
        limit = np.where(prepare.zero_is_missing, 0.0, -np.inf)
        x = g.op("Where", g.op("LessOrEqual", x, g.constant(limit)), g.constant(np.nan), x)
    if prepare.clamp is not None:
        low, high = (g.constant(v) for v in np.float32(prepare.clamp).T)
        x = g.op("Where", g.op("Less", x, low), low, x)
        x = g.op("Where", g.op("Greater", x, high), high, x)
    if prepare.log is not None and any(prepare.log):
        logged = g.constant(prepare.log, bool)
        x = g.op("Where", logged, g.op("Log", g.op("Where", logged, x, g.constant(1.0))), x)
    if prepare.standardise:
        x = g.op("Div", g.op("Sub", x, g.constant(prepare.mean_)), g.constant(prepare.sd_))
        x = g.op("Where", g.op("IsNaN", x), g.constant(0.0), x)
    g.op("Identity", x, output="prepared")
    return g.model("head", [tensor("features", ["N", width])], [tensor("prepared", ["N", width])])


def core(estimator, width: int) -> onnx.ModelProto:
    """The fitted estimator as skl2onnx writes it. Forest thresholds are floored to float32 first: inputs are float32, so no
    decision changes, and ONNX Runtime then compares with the same number scikit-learn does."""
    options = {"zipmap": False}
    if hasattr(estimator, "estimators_"):
        floor_thresholds(estimator)
    else:
        options["raw_scores"] = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # skl2onnx reads attributes scikit-learn 1.9 deprecates
        types = [("prepared", FloatTensorType([None, width]))]
        model = convert_sklearn(estimator, initial_types=types, options={id(estimator): options}, target_opset=OPSET)
    if hasattr(estimator, "estimators_"):
        route_missing(model, estimator)
    model.ir_version = IR_VERSION
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSET.items())
    return model


def floor_thresholds(forest) -> None:
    for tree in forest.estimators_:
        threshold = tree.tree_.threshold
        single = threshold.astype(np.float32)
        too_high = single.astype(np.float64) > threshold
        single[too_high] = np.nextafter(single[too_high], np.float32(-np.inf))
        threshold[:] = single


def route_missing(model: onnx.ModelProto, forest) -> None:
    """skl2onnx 1.20 loses where a forest sends NaN; put it back, node by node."""
    goes_left = np.concatenate([tree.tree_.missing_go_to_left for tree in forest.estimators_]).astype(np.int64)
    node = next(n for n in model.graph.node if n.op_type == "TreeEnsembleClassifier")
    routes = next(a for a in node.attribute if a.name == "nodes_missing_value_tracks_true")
    if len(routes.ints) != len(goes_left):
        raise RuntimeError("the exported forest has other nodes than the fitted one")
    routes.ints[:] = goes_left.tolist()


def tail(model: RiskModel) -> onnx.ModelProto:
    """Positive column -> log-odds (forest) -> a * score + b -> sigmoid."""
    g = Graph("tail")
    score = g.op("Gather", "scores", g.constant(1, np.int64), axis=1)
    if hasattr(model.estimator_, "estimators_"):
        low, high = g.constant(PROBABILITY_FLOOR), g.constant(1 - PROBABILITY_FLOOR)
        p = g.op("Clip", score, low, high)
        score = g.op("Log", g.op("Div", p, g.op("Sub", g.constant(1.0), p)))
    line = g.op("Add", g.op("Mul", score, g.constant(model.a_)), g.constant(model.b_))
    g.op("Sigmoid", line, output="probability")
    return g.model("tail", [tensor("scores", ["N", 2])], [tensor("probability", ["N"])])


def tensor(name: str, shape: list) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def export(model: RiskModel, width: int, path: Path, title: str) -> str:
    """Writes the graph, checks that it loads, and returns its SHA-256 (hex)."""
    middle = core(model.estimator_, width)
    source, scores = middle.graph.input[0].name, middle.graph.output[1].name
    joined = compose.merge_models(head(model.prepare_, width), middle, io_map=[("prepared", source)], outputs=[scores])
    graph = compose.merge_models(joined, tail(model), io_map=[(scores, "scores")])
    graph.producer_name = "healthsense"
    graph.graph.name = path.parent.name  # skl2onnx draws a random one; without it the same training gives the same bytes
    graph.graph.doc_string = title
    onnx.checker.check_model(graph)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(graph.SerializeToString())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def open_graph(path: Path) -> onnxruntime.InferenceSession:
    """A session on one thread, as the console runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def onnx_probability(path: Path, x: np.ndarray) -> np.ndarray:
    """[N, F] float32 -> [N] float32."""
    return open_graph(path).run(["probability"], {"features": np.asarray(x, np.float32)})[0]
