"""`python -m train.convert model.pkl|model.h5 --name … --title … --inputs inputs.json --out DIR`: a clinic's own model for the console.

scikit-learn pipelines become ONNX, Keras models TensorFlow.js; the console itself never loads a pickle. What is written is checked
against the original on random rows first, and nothing is written that differs. `train/CONVERT.md` says what inputs.json holds.

A PICKLE IS A PROGRAM: opening one runs whatever its maker put in it. Convert only files that you made yourself."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from .convert_entry import Refused, write_entry

NAMES = ("diabetes", "heart", "hypoxia", "skin")
PICKLES = (".pkl", ".pickle", ".joblib")
KERAS = (".h5", ".keras")
WARNING = "A pickle runs code as it is opened. Convert only a file that you made yourself; give --mine to say that this is one."


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m train.convert", description="Convert your own model for the console.", epilog=WARNING)
    parser.add_argument("model", type=Path, help="scikit-learn pipeline (.pkl, .joblib) or Keras model (.h5, .keras)")
    parser.add_argument("--name", choices=NAMES, required=True, help="which of the console's models it takes the place of")
    parser.add_argument("--title", required=True, help="what the screens call it")
    parser.add_argument("--version", default="1.0.0-own", help="its version, shown on every receipt")
    parser.add_argument("--inputs", type=Path, required=True, help="JSON: inputs, levels and measured performance (train/CONVERT.md)")
    parser.add_argument("--out", type=Path, required=True, help="folder with a manifest.json to add to, or a new one")
    parser.add_argument("--mine", action="store_true", help="I made this pickle myself")
    arguments = parser.parse_args()
    try:
        with redirect_stdout(sys.stderr):
            entry = convert(arguments)
    except (Refused, OSError) as error:
        print(f"not converted: {error}", file=sys.stderr)
        return 1
    print(json.dumps(entry, indent=2))
    return 0


def convert(arguments: argparse.Namespace) -> dict:
    """Writes model and manifest entry, and returns the entry. Raises Refused before anything is written."""
    suffix = arguments.model.suffix.lower()
    if not arguments.model.is_file():
        raise Refused(f"there is no file {arguments.model}")
    try:
        stated = json.loads(arguments.inputs.read_text())
    except ValueError as error:
        raise Refused(f"{arguments.inputs} is not JSON: {error}") from None
    if suffix in PICKLES:
        if arguments.name == "skin":
            raise Refused("the skin model looks at photos, and a scikit-learn pipeline cannot: give a Keras model")
        if not arguments.mine:
            raise Refused(WARNING)
        from .convert_sklearn import convert_pipeline  # noqa: PLC0415  each kind needs its own large library

        entry = convert_pipeline(arguments.model, arguments.name, arguments.title, arguments.version, stated, arguments.out)
    elif suffix in KERAS:
        if arguments.name != "skin":
            raise Refused(f"the console runs the {arguments.name} model as ONNX: give a scikit-learn pipeline")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from .convert_keras import convert_network  # noqa: PLC0415

        entry = convert_network(arguments.model, arguments.title, arguments.version, stated, arguments.out)
    else:
        raise Refused(f"{arguments.model.name} is neither a pickle ({', '.join(PICKLES)}) nor a Keras model ({', '.join(KERAS)})")
    write_entry(arguments.out / "manifest.json", entry)
    return entry


if __name__ == "__main__":
    sys.exit(main())
