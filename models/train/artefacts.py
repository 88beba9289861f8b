"""Writes what one training run yields: graph, metrics.json, card, parity rows, its entry in the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import SEED, cards, fixture, parity
from .judge import rnd
from .export import export, onnx_probability
from .reliability_plot import reliability_svg
from .spec import Input, Trained

ORDER = ("diabetes", "heart", "hypoxia")


def write(trained: Trained, out: Path) -> None:
    folder = out / trained.name
    path = folder / "model.onnx"
    digest = export(trained.model, len(trained.inputs), path, trained.title)
    ranges = [value_range(trained, column) for column in range(len(trained.inputs))]
    rows = parity.write(out / "parity.json", trained, ranges)
    both = np.concatenate([rows, trained.x])
    difference = float(np.abs(onnx_probability(path, both) - trained.model.probability(both)).max())
    size = path.stat().st_size / 1024
    tqdm.write(f"  {size:.0f} KiB; ONNX Runtime against scikit-learn, {len(both)} rows: max difference {difference:.1e}")
    if not difference <= parity.TOLERANCE:
        raise SystemExit(f"{trained.name}: the graph differs from scikit-learn by {difference:.1e}")
    metrics = {
        "model": trained.name,
        "version": trained.version,
        "evaluation": trained.evaluation,
        "command": f"python -m train --data DATA --model {trained.name}",
        "seed": SEED,
        "data": {"rows": len(trained.y), "files": trained.files},
        "modelSha256": digest,
        "onnxMaxDifference": difference,
        **trained.metrics,
        "baselineModel": trained.baseline,
    }
    (folder / "metrics.json").write_text(laid_out(metrics) + "\n")
    levels = {level: trained.thresholds[level] for level in ("moderate", "high")}
    plot = reliability_svg(f"{trained.title}: calibration, out-of-fold", trained.metrics["reliability"], levels)
    (folder / "reliability.svg").write_text(plot)
    (folder / "CARD.md").write_text(cards.render(trained, ranges))
    if trained.name == "hypoxia":
        fixture.write(folder / "features-fixture.json")
    write_manifest(out / "manifest.json", manifest_entry(trained, digest, ranges))


def laid_out(value, indent: int = 0) -> str:
    """JSON with an object of plain values inside a list on one line, so that a curve of a hundred points stays readable."""
    inner = " " * (indent + 2)
    if isinstance(value, dict) and value:
        body = ",\n".join(f"{inner}{json.dumps(k)}: {laid_out(v, indent + 2)}" for k, v in value.items())
        return f"{{\n{body}\n{' ' * indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        body = ",\n".join(inner + json.dumps(v) for v in value)
        return f"[\n{body}\n{' ' * indent}]"
    return json.dumps(value)


def observed(trained: Trained, column: int, rows: np.ndarray | None = None) -> np.ndarray:
    """The known training values of an input (of `rows` only, if given); zero counts as missing where it means that."""
    values = trained.x[:, column] if rows is None else trained.x[rows, column]
    keep = ~np.isnan(values) & ~(trained.inputs[column].zero_is_missing & (values <= 0))
    return values[keep].astype(np.float64)


def value_range(trained: Trained, column: int) -> tuple[float, float]:
    """Codes: first to last. Everything else: the 0.5-99.5 percentile of training values."""
    given = trained.inputs[column]
    if given.categories:
        return float(min(given.categories)), float(max(given.categories))
    low, high = np.percentile(observed(trained, column), [0.5, 99.5])
    return rnd(low, given.decimals), rnd(high, given.decimals)


def background(trained: Trained, column: int) -> float:
    """What "an ordinary value" is, for explanations: among training rows without the outcome, the median, or the commonest code."""
    given, values = trained.inputs[column], observed(trained, column, trained.y == 0)
    if given.categories:
        codes, counts = np.unique(values, return_counts=True)
        return float(codes[counts.argmax()])
    return rnd(np.median(values), max(given.decimals, 2))


def input_entry(given: Input, limits: tuple[float, float]) -> dict:
    entry = {
        "name": given.name,
        "title": given.title,
        "unit": given.unit,
        "min": limits[0],
        "max": limits[1],
        "required": given.required,
        "maxAgeMs": given.max_age_ms,
        "description": given.description,
    }
    if given.categories:
        entry["categories"] = {str(code): label for code, label in given.categories.items()}
    if given.stand_ins:
        entry["standIns"] = list(given.stand_ins)
    if given.source:
        entry["source"] = given.source
    return entry


def manifest_entry(trained: Trained, digest: str, ranges: list[tuple[float, float]]) -> dict:
    figures = trained.metrics["crossValidated"]
    return {
        "name": trained.name,
        "title": trained.title,
        "version": trained.version,
        "kind": trained.kind,
        "outcome": trained.outcome,
        "file": f"{trained.name}/model.onnx",
        "sha256": digest,
        "graph": {"input": "features", "output": "probability", "missing": "NaN"},
        "inputs": [input_entry(given, limits) for given, limits in zip(trained.inputs, ranges, strict=True)],
        "thresholds": {
            "moderate": trained.thresholds["moderate"],
            "high": trained.thresholds["high"],
            "target": trained.thresholds["target"],
        },
        "explain": trained.explain,
        "background": {given.name: background(trained, column) for column, given in enumerate(trained.inputs)},
        "performance": {key: figures[key] for key in ("auc", "aucLow", "aucHigh", "brier", "ece", "n", "positives")}
        | {"evaluation": trained.evaluation},
        **trained.extra,
    }


def write_manifest(path: Path, entry: dict) -> None:
    """Replaces this model's entry and leaves every other one alone."""
    manifest = json.loads(path.read_text()) if path.exists() else {"models": []}
    others = [m for m in manifest["models"] if m["name"] != entry["name"]]
    place = {name: k for k, name in enumerate(ORDER)}
    manifest["models"] = sorted([*others, entry], key=lambda m: place.get(m["name"], len(ORDER)))
    path.write_text(json.dumps(manifest, indent=2) + "\n")
