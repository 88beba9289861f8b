"""What both kinds of conversion share: the refusal, and the parts of a manifest entry that its owner states."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MODELS_DIR = Path(__file__).resolve().parent.parent


class Refused(ValueError):
    """Why a model cannot be converted, in plain words."""


def shipped_entry(name: str) -> dict:
    """The entry of the model that ships, whose words the own one may use."""
    models = json.loads((MODELS_DIR / "manifest.json").read_text())["models"]
    return next((m for m in models if m["name"] == name), {})


def levels_and_performance(stated: dict) -> dict:
    """The parts every entry states of itself: levels that rise, and what was measured. Raises Refused."""
    levels = stated.get("thresholds")
    if not isinstance(levels, dict) or not all(isinstance(levels.get(k), int | float) for k in ("moderate", "high")):
        raise Refused('inputs.json needs "thresholds": {"moderate": …, "high": …}')
    if not 0 < levels["moderate"] < levels["high"] < 1:
        raise Refused("thresholds must rise: 0 < moderate < high < 1")
    needed = ("auc", "aucLow", "aucHigh", "brier", "n", "positives", "evaluation")
    performance = stated.get("performance")
    missing = [k for k in needed if k not in (performance or {})]
    if missing:
        raise Refused(f'inputs.json needs "performance", measured on rows the model never saw; missing: {", ".join(missing)}')
    return {"thresholds": {k: levels[k] for k in ("moderate", "high")}, "performance": {k: performance[k] for k in needed}}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_entry(path: Path, entry: dict) -> None:
    """Puts the entry in the place of the one of the same name; every other model stays."""
    manifest = json.loads(path.read_text()) if path.exists() else {"models": []}
    manifest["models"] = [*(m for m in manifest["models"] if m["name"] != entry["name"]), entry]
    path.write_text(json.dumps(manifest, indent=2) + "\n")
