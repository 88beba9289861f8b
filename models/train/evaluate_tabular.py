"""The figures of `train.evaluate` for the three tabular models, from the ONNX graph in ONNX Runtime, never from a Python estimator."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
from tqdm import tqdm

from . import diabetes, heart, hypoxia
from .baseline import apply_formula
from .data import FILES, Table, file_hashes
from .export import export, onnx_probability
from .judge import by_group, calibration, choose_thresholds, discrimination, gain, operating_point
from .prepare import cross_fit
from .spec import Task
from .task_figures import GROUPINGS

TASKS: dict[str, Task] = {task.name: task for task in (diabetes.TASK, heart.TASK, hypoxia.TASK)}
LEVELS = ("moderate", "high")


def figures(name: str, data: Path, models: Path, held_out: bool) -> dict:
    task = TASKS[name]
    files = file_hashes(data, FILES[name])
    table = task.load(data)
    if len(table.y) == 0:
        raise ValueError("no usable row in the data")
    body = kept_back(task, table) if held_out else committed(task, table, models, files)
    return {"model": name, "runtime": f"onnxruntime {onnxruntime.__version__}", "data": files, **body}


def committed(task: Task, table: Table, models: Path, files: dict[str, str]) -> dict:
    """The artefact of the manifest, its hash checked as the console does."""
    manifest = json.loads((models / "manifest.json").read_text())
    entry = next((m for m in manifest["models"] if m["name"] == task.name), None)
    if entry is None:
        raise ValueError("the manifest has no such model")
    metrics = json.loads((models / task.name / "metrics.json").read_text())
    graph = models / entry["file"]
    digest = hashlib.sha256(graph.read_bytes()).hexdigest()
    if digest != entry["sha256"]:
        raise ValueError(f"{entry['file']} is not the file the manifest names (its SHA-256 differs)")
    names = [i["name"] for i in entry["inputs"]]
    if names != [i.name for i in task.inputs]:
        raise ValueError("the manifest's inputs are not this model's")
    seen = files == metrics.get("data", {}).get("files")
    if seen:
        print(
            f"{task.name}: these are the very rows the artefact was trained on, so its figures flatter it; use --held-out, or metrics.json",
            file=sys.stderr,
        )
    p = onnx_probability(graph, table.x)
    thresholds = {level: np.full(len(p), entry["thresholds"][level]) for level in LEVELS}
    base = apply_formula(metrics["baselineModel"], names, table.x)
    return {
        "version": entry["version"],
        "sha256": digest,
        "trainedOnTheseRows": seen,
        **describe(task, table, p, thresholds, metrics["baselineModel"]["name"], base),
    }


def kept_back(task: Task, table: Table) -> dict:
    """Five artefacts, each written as `python -m train` writes it but without one fifth of the patients, and judged on that fifth;
    its thresholds and its baseline come from the other four, too. For hospitals: one artefact for each, without its rows."""
    pairs = task.folds(table, task.seed)
    body = {
        "protocol": "each fifth of the patients kept back in turn: artefact, thresholds and baseline made without it; figures pooled",
        **describe(task, table, *through_onnx(task, table, pairs)),
    }
    site = table.about.get("site", np.empty(0))
    names = sorted(set(site))
    if len(names) > 1:
        one_out = [(np.flatnonzero(site != s), np.flatnonzero(site == s)) for s in names]
        p, thresholds, name, base = through_onnx(task, table, one_out)
        body["leaveOneSiteOut"] = {
            s: describe(task, part(table, rows), p[rows], {k: t[rows] for k, t in thresholds.items()}, name, base[rows])
            for s, (_, rows) in zip(names, one_out, strict=True)
        }
    return body


def through_onnx(task: Task, table: Table, pairs: list):
    """(probability [N], thresholds per row, baseline's name, baseline [N]) for the second rows of each pair, by an artefact that was
    made from the first."""
    p, base = np.full(len(table.y), np.nan), np.full(len(table.y), np.nan)
    thresholds = {level: np.full(len(table.y), np.nan) for level in LEVELS}
    columns = list(task.baseline.columns)
    names = [i.name for i in task.inputs]
    with tempfile.TemporaryDirectory() as folder:
        for train, test in tqdm(pairs, desc="  kept back", leave=False):
            rest = part(table, train)
            inner = cross_fit(task.blank(), rest.x, rest.y, rest.groups, task.folds(rest, task.seed))["all"]
            chosen = choose_thresholds(rest.y, inner, **task.levels)
            model = task.blank().fit(rest.x, rest.y, rest.groups)
            graph = Path(folder) / "model.onnx"
            export(model, len(task.inputs), graph, task.name)
            p[test] = onnx_probability(graph, table.x[test])
            for level in LEVELS:
                thresholds[level][test] = chosen[level]
            plain = task.baseline.blank(task.inputs).fit(rest.x[:, columns], rest.y, rest.groups)
            base[test] = apply_formula(task.baseline.formula(plain, task.inputs), names, table.x[test])
    return p, thresholds, task.baseline.name, base


def describe(task: Task, table: Table, p: np.ndarray, thresholds: dict, baseline: str, base: np.ndarray) -> dict:
    """The JSON's figures for one set of rows; `thresholds` give each row the one that applies to it."""
    y, groups = table.y, table.groups
    required = np.array([i.required for i in task.inputs])
    zero = np.array([i.zero_is_missing for i in task.inputs])
    missing = np.isnan(table.x) | (zero & (table.x <= 0))
    return {
        "n": int(len(y)),
        "positives": int(y.sum()),
        "patients": int(len(np.unique(groups))),
        "withoutARequiredInput": int(missing[:, required].any(axis=1).sum()),
        **discrimination(y, p, groups),
        **calibration(y, p),
        "levels": {
            level: {
                "threshold": round(float(np.mean(thresholds[level])), 4),
                **operating_point(y, (p >= thresholds[level]).astype(float), 0.5),
            }
            for level in LEVELS
        },
        "baseline": {"name": baseline, **discrimination(y, base, groups)},
        "overBaseline": gain(y, p, base, groups),
        **{key: by_group(y, p, table.about[name], groups) for name, key in GROUPINGS.items() if name in table.about},
    }


def part(table: Table, rows: np.ndarray) -> Table:
    return replace(
        table, x=table.x[rows], y=table.y[rows], groups=table.groups[rows], about={k: v[rows] for k, v in table.about.items()}
    )
