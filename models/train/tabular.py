"""Trains one of the three tabular models and writes its artefacts."""

from __future__ import annotations

from pathlib import Path

from . import artefacts, diabetes, heart, hypoxia

MODELS = {"diabetes": diabetes.train, "heart": heart.train, "hypoxia": hypoxia.train}


def run(name: str, data: Path, out: Path) -> None:
    artefacts.write(MODELS[name](data), out)
