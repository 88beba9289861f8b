"""Reads HAM10000 (metadata and photos) and splits it by lesion; photos whose file is absent are left out."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from . import CLASSES, SEED

FOLDER = "skin-ham10000"
METADATA = "HAM10000_metadata.csv"
TEST_SHARE, VALIDATION_SHARE = 0.15, 0.10


@dataclass(frozen=True)
class Photos:
    """rgb [N, H, W, 3] uint8; label [N] index into CLASSES; about: one metadata row per photo; sha256 of all that was read."""

    rgb: np.ndarray
    label: np.ndarray
    about: pd.DataFrame
    sha256: str


def load_metadata(data: Path) -> tuple[pd.DataFrame, int]:
    """Metadata rows that have their photo, sorted by image_id, with column `path`; and how many rows have none."""
    folder = data / FOLDER
    frame = pd.read_csv(folder / METADATA).sort_values("image_id", ignore_index=True)
    paths = [folder / "images" / f"{name}.jpg" for name in frame["image_id"]]
    there = np.array([path.is_file() for path in paths], bool)
    frame["path"] = paths
    return frame[there].reset_index(drop=True), int((~there).sum())


def load(data: Path) -> Photos:
    """Every photo, decoded. Raises ValueError where none is found or their sizes differ."""
    frame, _ = load_metadata(data)
    if frame.empty:
        raise ValueError(f"no photo of {data / FOLDER / METADATA} is in {data / FOLDER / 'images'}")
    with ThreadPoolExecutor(2) as pool:
        rgb = list(pool.map(_decode, frame["path"]))
    if len({photo.shape for photo in rgb}) != 1:
        raise ValueError("the training photos are not all of one size")
    label = frame["dx"].map({name: index for index, name in enumerate(CLASSES)}).to_numpy(int)
    return Photos(np.stack(rgb), label, frame.drop(columns="path"), digest(data, frame["path"]))


def digest(data: Path, paths: pd.Series) -> str:
    """SHA-256 of the metadata file followed by the photos, in the order given."""
    whole = hashlib.sha256((data / FOLDER / METADATA).read_bytes())
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()


def split(about: pd.DataFrame) -> dict[str, np.ndarray]:
    """Row indices of "train", "validation" and "test": whole lesions, each diagnosis in the same shares, by SEED."""
    rng = np.random.default_rng(SEED)
    part: dict[str, str] = {}
    lesions = about.drop_duplicates("lesion_id").sort_values("lesion_id")
    for _, own in lesions.groupby("dx"):
        names = rng.permutation(own["lesion_id"].to_numpy(str))
        test, validation = round(TEST_SHARE * len(names)), round(VALIDATION_SHARE * len(names))
        part |= dict.fromkeys(names[:test], "test") | dict.fromkeys(names[test : test + validation], "validation")
    parts = about["lesion_id"].map(lambda name: part.get(name, "train")).to_numpy(str)
    return {name: np.flatnonzero(parts == name) for name in ("train", "validation", "test")}


def shrink(rgb: np.ndarray, short_side: int) -> np.ndarray:
    """[N, H, W, 3] uint8 resampled over area (Pillow's BOX filter) so that the short side has `short_side` pixels."""
    height, width = rgb.shape[1:3]
    scale = short_side / min(height, width)
    size = (round(width * scale), round(height * scale))
    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(pool.map(lambda photo: np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX)), rgb)))


def centre_square(rgb: np.ndarray) -> np.ndarray:
    """The middle square of [N, H, W, 3]; an odd remainder stays on the right or at the bottom."""
    height, width = rgb.shape[1:3]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return rgb[:, top : top + side, left : left + side]


def _decode(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))
