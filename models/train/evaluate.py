"""`python -m train.evaluate --model NAME --data DIR`: judges the committed artefact on the rows of DIR. Standard output is one JSON
object and nothing else; everything said to a person goes to standard error.

A model's own module gives the figures: `figures(name, data, models, held_out) -> dict`. It is imported only when asked for, so that the
tabular models need no TensorFlow, and a build without the skin model has no such choice."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

MODELS_DIR = Path(__file__).resolve().parent.parent
MODULES = {
    "diabetes": "evaluate_tabular",
    "heart": "evaluate_tabular",
    "hypoxia": "evaluate_tabular",
    "skin": "evaluate_skin",
}


def available() -> list[str]:
    return [name for name, module in MODULES.items() if importlib.util.find_spec(f"{__package__}.{module}")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate", description="Evaluate a committed model; prints JSON.")
    parser.add_argument("--model", choices=available(), required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the layout of the training data (pima/, heart/, …)")
    parser.add_argument("--models", type=Path, default=MODELS_DIR, help="folder that holds manifest.json (default: models/)")
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="not the committed artefact: train again on parts of DATA and judge each artefact on the rows kept from it",
    )
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"--data: no such folder: {arguments.data}")
    module = importlib.import_module(f".{MODULES[arguments.model]}", __package__)
    try:
        with redirect_stdout(sys.stderr):
            figures = module.figures(arguments.model, arguments.data, arguments.models, arguments.held_out)
    except FileNotFoundError as error:
        print(f"{arguments.model}: cannot read {error.filename}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"{arguments.model}: the data lacks {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"{arguments.model}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures, indent=2, allow_nan=False))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
