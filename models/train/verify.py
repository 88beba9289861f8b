"""`python -m train.verify`: hashes, parity rows and timing of the written graphs, the hypoxia fixture, and what `train.convert` takes and
refuses; nothing is trained but a few made-up models."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from . import convert_fixture
from .export import onnx_probability, open_graph
from .features import features_from_readings

MODELS_DIR = Path(__file__).resolve().parent.parent


def main() -> int:
    manifest = json.loads((MODELS_DIR / "manifest.json").read_text())
    parity = json.loads((MODELS_DIR / "parity.json").read_text())
    failed = 0
    for name, rows in parity.items():
        entry = next(m for m in manifest["models"] if m["name"] == name)
        path = MODELS_DIR / entry["file"]
        same_hash = hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        same_inputs = [i["name"] for i in entry["inputs"]] == rows["inputs"]
        x = np.array([[np.nan if v is None else v for v in row] for row in rows["features"]], dtype=np.float32)
        worst = float(np.abs(onnx_probability(path, x) - np.array(rows["probabilities"])).max())
        good = same_hash and same_inputs and worst <= rows["tolerance"]
        failed += not good
        session, times = open_graph(path), []
        for count in (1, 64):
            start = time.perf_counter()
            for _ in range(200):
                session.run(["probability"], {"features": x[:count]})
            times.append((time.perf_counter() - start) / 200 * 1e6)
        print(
            f"{name}: {'ok' if good else 'FAILED'}  {len(x)} rows, max difference {worst:.1e} (limit {rows['tolerance']:.0e}), "
            f"{path.stat().st_size / 1024:.0f} KiB, 1 row {times[0]:.0f} us, 64 rows {times[1]:.0f} us"
            + ("" if same_hash else "; the file's SHA-256 is not the manifest's")
            + ("" if same_inputs else "; input order differs")
        )
    for complaint in [*fixture_complaints(), *convert_fixture.self_check()]:
        failed += 1
        print(f"FAILED  {complaint}")
    print("features-fixture.json and train.convert: checked")
    return int(failed > 0)


def fixture_complaints() -> list[str]:
    """The committed expected values must be those that features.py gives."""
    body = json.loads((MODELS_DIR / "hypoxia" / "features-fixture.json").read_text())
    complaints = []
    for case in body["cases"]:
        readings = [(r["kind"], r["timeMs"], r["value"]) for r in case["readings"]]
        expected = np.array([np.nan if v is None else v for v in case["features"]])
        if not np.allclose(features_from_readings(case["nowMs"], readings), expected, rtol=0, atol=1e-9, equal_nan=True):
            complaints.append(f"features-fixture.json: {case['name']}")
    return complaints


if __name__ == "__main__":
    sys.exit(main())
