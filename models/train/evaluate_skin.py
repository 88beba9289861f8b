"""The figures of `train.evaluate` for the skin model: the committed TensorFlow.js network, run by the console's own code in Node, on the photos of DIR."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from .skin import CLASSES, baseline, calibrate
from .skin import figures as judged
from .skin import photos as reading

REPOSITORY = Path(__file__).resolve().parents[2]
NODE, SCORE = REPOSITORY / "node_modules" / ".bin" / "node", REPOSITORY / "src-main" / "hosts" / "score-photos.ts"
AGREEMENT = 1e-6


def _described(about: pd.DataFrame, answers: list[dict], row: dict, metrics: dict) -> dict:
    """answers: what score-photos.ts says of each photo. Raises ValueError where the manifest's formulas give anything else."""
    made = calibrate.Calibration(row["temperature"], np.array(row["logBias"]), np.array(row["namingBias"]))
    logits = np.array([each["logits"] for each in answers])
    malignancy, named = made.malignancy(logits), made.named(logits)
    for index, each in enumerate(answers):
        told = each["outcome"]
        if told and (abs(told["malignancy"] - malignancy[index]) > AGREEMENT or told["looksLike"] != CLASSES[named[index]]):
            raise ValueError(f"{about['image_id'].iloc[index]}: the console answers otherwise than the manifest's formulas")
    refused = np.array([each["refused"] or "" for each in answers])
    return judged.describe(about, malignancy, named, refused, row["thresholds"], baseline.apply(metrics["baselineModel"], about))


def figures(_name: str, data: Path, models: Path, held_out: bool) -> dict:
    """held_out: only the lesions that were kept from training; DIR must then hold the training photos."""
    metrics = json.loads((models / "skin" / "metrics.json").read_text())
    row = next((each for each in json.loads((models / "manifest.json").read_text())["models"] if each["name"] == "skin"), None)
    if row is None:
        raise ValueError("the manifest has no such model")
    about, absent = reading.load_metadata(data)
    if about.empty:
        raise ValueError("no photo that the metadata names is there")
    digest = reading.digest(data, about["path"])
    seen = digest == metrics["data"]["sha256"]
    if held_out:
        if not seen:
            raise ValueError("--held-out: which lesions were kept from training is only known for the very photos it was trained on")
        about = about.iloc[reading.split(about)["test"]].reset_index(drop=True)
    elif seen:
        print("skin: most of these photos are those it was trained on, so its figures flatter it; use --held-out", file=sys.stderr)
    answers = score(about["path"], models)
    return {
        "version": row["version"],
        "sha256": row["weights"][0]["sha256"],
        "runtime": answers[0]["backend"],
        "data": {"sha256": digest, "photosAbsent": absent},
        "trainedOnTheseRows": seen and not held_out,
        **_described(about, answers, row, metrics),
    }


def score(paths: pd.Series, models: Path) -> list[dict]:
    """One answer per photo, in order. Raises ValueError with Node's words where it stops."""
    with tempfile.TemporaryFile() as squares:
        for frame in _frames(paths):
            squares.write(frame)
        squares.seek(0)
        with subprocess.Popen([NODE, SCORE, models], stdin=squares, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
            answers = [json.loads(line) for line in tqdm(node.stdout, total=len(paths), desc="  photos", leave=False) if line.startswith("{")]
            words = node.stderr.read()
    if node.returncode != 0 or len(answers) != len(paths):
        raise ValueError(f"the network answered {len(answers)} of {len(paths)} photos: {words.strip()[-500:]}")
    return answers


def _frames(paths: pd.Series) -> Iterator[bytes]:
    """The middle square of each photo: its side, then its RGB bytes."""
    for path in paths:
        square = reading.centre_square(np.asarray(Image.open(path).convert("RGB"))[None])[0]
        yield struct.pack("<I", len(square)) + square.tobytes()
