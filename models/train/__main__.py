"""Command line: trains the models asked for, then writes graphs, metrics, cards, parity rows and the manifest."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from . import artefacts, diabetes, heart, hypoxia

MODELS = {"diabetes": diabetes.train, "heart": heart.train, "hypoxia": hypoxia.train}
MODELS_DIR = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train", description="Train HealthSense's tabular risk models.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds pima/, heart/ and mimic3-demo/")
    parser.add_argument("--model", choices=[*MODELS, "all"], default="all")
    parser.add_argument("--out", type=Path, default=MODELS_DIR, help="where the artefacts go (default: models/)")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"--data: no such folder: {arguments.data}")
    for name in MODELS if arguments.model == "all" else [arguments.model]:
        start = time.monotonic()
        print(f"{name}: training", flush=True)
        trained = MODELS[name](arguments.data)
        artefacts.write(trained, arguments.out)
        print(f"{name}: done in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
