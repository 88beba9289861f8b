"""Trains, judges and exports the skin-lesion network (HAM10000, CC BY-NC 4.0: non-commercial use only)."""

from __future__ import annotations

from pathlib import Path

SEED = 7

# In the order of the network's outputs.
CLASSES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
MALIGNANT = ("akiec", "bcc", "mel")
TITLES = {
    "akiec": "Actinic keratosis or Bowen's disease",
    "bcc": "Basal cell carcinoma",
    "bkl": "Benign keratosis",
    "df": "Dermatofibroma",
    "mel": "Melanoma",
    "nv": "Melanocytic nevus",
    "vasc": "Vascular lesion",
}


def run(_name: str, data: Path, out: Path) -> None:
    """Trains and writes every artefact. TensorFlow is imported only here."""
    from . import pipeline

    pipeline.run(data, out)
