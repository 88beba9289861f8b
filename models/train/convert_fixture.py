"""Made-up clinics' models, converted as `train.convert` does: `write` makes the one that the console's tests load, `self_check` tries
what must be taken and what must be refused. `python -m train.convert_fixture --out ../test/risk/converted`."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import tempfile
from pathlib import Path

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from . import SEED
from .convert import convert
from .convert_entry import Refused
from .convert_sklearn import draw_rows, probability

STATED = {
    "inputs": ["ageYears", "sex", "chestPainType", {"name": "systolicMmHg", "min": 95, "max": 185}],
    "thresholds": {"moderate": 0.3, "high": 0.7},
    "performance": {"auc": 0.8, "aucLow": 0.75, "aucHigh": 0.85, "brier": 0.18, "n": 600, "positives": 290, "evaluation": "made-up rows"},
    "outcome": "an outcome that was made up",
    "population": "Nobody: the rows are drawn at random.",
}
PARITY_ROWS = 60


def made_up(missing: bool) -> tuple[np.ndarray, np.ndarray]:
    """(x [600, 4], y [600]): age, sex, chest pain, systolic; with `missing` a third of the pressures unknown."""
    rng = np.random.default_rng(SEED)
    n = 600
    x = np.column_stack([rng.integers(30, 80, n), rng.integers(0, 2, n), rng.integers(1, 5, n), rng.integers(95, 186, n)]).astype(float)
    y = (rng.uniform(size=n) < 1 / (1 + np.exp(-(0.06 * (x[:, 0] - 55) + 0.8 * x[:, 1] + 0.8 * (x[:, 2] - 3))))).astype(int)
    if missing:
        x[rng.uniform(size=n) < 0.33, 3] = np.nan
    return x, y


def forest() -> RandomForestClassifier:
    x, y = made_up(missing=True)
    return RandomForestClassifier(10, min_samples_leaf=12, random_state=SEED).fit(x, y)


def run(model, folder: Path, name: str = "heart", stated: dict = STATED, mine: bool = True) -> dict:
    """Pickles the model into `folder` and converts it to <folder>/out, as the command line does."""
    joblib.dump(model, folder / "model.pkl")
    (folder / "inputs.json").write_text(json.dumps(stated))
    arguments = argparse.Namespace(
        model=folder / "model.pkl", name=name, title="Heart, our clinic", version="1.0.0-own", inputs=folder / "inputs.json", mine=mine
    )
    with contextlib.redirect_stdout(io.StringIO()):
        return convert(argparse.Namespace(**vars(arguments), out=folder / "out"))


def write(out: Path) -> None:
    """<out>/heart/model.onnx, manifest.json, and parity.json: rows with the original's answers."""
    model = forest()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        entry = run(model, folder)
        rows = draw_rows(entry["inputs"])[-PARITY_ROWS:]
        (out / "heart").mkdir(parents=True, exist_ok=True)
        for name in ("manifest.json", "heart/model.onnx"):
            (out / name).write_bytes((folder / "out" / name).read_bytes())
    body = {
        "features": [[None if np.isnan(v) else round(float(v), 3) for v in row] for row in rows],
        "probabilities": [round(float(p), 7) for p in probability(model, rows)],
    }
    (out / "parity.json").write_text(json.dumps(body, separators=(",", ":")) + "\n")


def self_check() -> list[str]:
    """What went otherwise than it must; empty where nothing did."""
    wrong = []
    known, holes = made_up(missing=False), made_up(missing=True)
    taken = {
        "forest that takes missing values": forest(),
        "logistic regression behind an imputer": make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()).fit(*holes),
        "logistic regression that takes none": make_pipeline(StandardScaler(), LogisticRegression()).fit(*known),
        "gradient boosting": GradientBoostingClassifier(n_estimators=20, random_state=SEED).fit(*known),
        "calibrated SVM": make_pipeline(SimpleImputer(), StandardScaler(), CalibratedClassifierCV(SVC())).fit(*holes),
    }
    refused = {
        "regression": (LinearRegression().fit(*known), "not a scikit-learn classifier"),
        "no model": ({"a": 1}, "not a scikit-learn classifier"),
        "SVM without probability": (make_pipeline(SimpleImputer(), SVC()).fit(*holes), "gives no probability"),
        "three classes": (make_pipeline(StandardScaler(), LogisticRegression()).fit(known[0], known[0][:, 2] % 3), "3 classes"),
        "three columns": (LogisticRegression().fit(known[0][:, :3], known[1]), "3 columns"),
        "nearest neighbours": (KNeighborsClassifier().fit(*known), "differs from the original"),
    }
    stated = {
        "unknown input": ({**STATED, "inputs": ["ageYears", "shoeSize"]}, "no input 'shoeSize'"),
        "no performance": ({k: v for k, v in STATED.items() if k != "performance"}, "performance"),
        "levels that fall": ({**STATED, "thresholds": {"moderate": 0.7, "high": 0.3}}, "must rise"),
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def must_refuse(name: str, words: str, model, **more) -> None:
            try:
                run(model, folder, **more)
                wrong.append(f"convert took what it must refuse: {name}")
            except Refused as error:
                if words not in str(error):
                    wrong.append(f"convert refused {name} with other words: {error}")

        for name, (model, words) in refused.items():
            must_refuse(name, words, model)
        for name, (body, words) in stated.items():
            must_refuse(name, words, taken["gradient boosting"], stated=body)
        must_refuse("a pickle nobody vouches for", "--mine", taken["gradient boosting"], mine=False)
        if (folder / "out").exists():
            wrong.append("convert wrote something although it refused")
        for name, model in taken.items():
            try:
                run(model, folder)
            except Refused as error:
                wrong.append(f"convert refused what it must take: {name}: {error}")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m train.convert_fixture")
    parser.add_argument("--out", type=Path, required=True)
    write(parser.parse_args().out)
