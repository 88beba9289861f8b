"""Command line: trains the models asked for, then writes graphs, metrics, cards, parity rows and the manifest.

A model's own module has `run(data, out)`. It is imported only when asked for: the tabular models need no TensorFlow."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import time
from pathlib import Path

MODULES = {"diabetes": "tabular", "heart": "tabular", "hypoxia": "tabular", "skin": "skin"}
TABULAR = ("diabetes", "heart", "hypoxia")
MODELS_DIR = Path(__file__).resolve().parent.parent


def main() -> None:
    available = [name for name, module in MODULES.items() if importlib.util.find_spec(f"{__package__}.{module}")]
    parser = argparse.ArgumentParser(prog="python -m train", description="Train HealthSense's risk models.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds pima/, heart/, mimic3-demo/ …")
    parser.add_argument("--model", choices=[*available, "tabular"], default="tabular", help="default: the three tabular ones")
    parser.add_argument("--out", type=Path, default=MODELS_DIR, help="where the artefacts go (default: models/)")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"--data: no such folder: {arguments.data}")
    for name in TABULAR if arguments.model == "tabular" else [arguments.model]:
        start = time.monotonic()
        print(f"{name}: training", file=sys.stderr, flush=True)
        importlib.import_module(f".{MODULES[name]}", __package__).run(name, arguments.data, arguments.out)
        print(f"{name}: done in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
