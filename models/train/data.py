"""Reads the three data sets (data/README.md says what they are) into arrays; nothing of them is written back out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from .features import MINUTE_MS, NAMES, features_at, minute_means

HORIZON_MS = 4 * 60 * MINUTE_MS
ROW_SPACING_MS = 30 * MINUTE_MS
HYPOXIA_BELOW = 90.0
FILES = {
    "diabetes": ("pima/diabetes.csv",),
    "heart": ("heart/heart.csv",),
    "hypoxia": ("mimic3-demo/vitals_long.csv.gz", "mimic3-demo/patients.csv"),
}
VITAL_KINDS = {"spo2": "spo2", "hr": "heartRate", "fio2": "inspiredOxygenPercent"}


@dataclass(frozen=True)
class Table:
    """x [N, F] float32 (NaN = missing), y [N] 0/1, groups [N] = patient, about: named columns for subgroup figures."""

    x: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    about: dict[str, np.ndarray] = field(default_factory=dict)


def file_hashes(data: Path, files: tuple[str, ...]) -> dict[str, str]:
    """File under `data` -> SHA-256 (hex) of its bytes."""
    return {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in files}


def load_diabetes(data: Path) -> Table:
    """Pima. Zeros stay zeros: the model's own first step reads them as missing."""
    frame = pd.read_csv(data / "pima" / "diabetes.csv")
    columns = ["Glucose", "Age", "BMI", "BloodPressure", "SkinThickness", "Insulin", "Pregnancies", "DiabetesPedigreeFunction"]
    age = np.where(frame["Age"] < 30, "21-29", np.where(frame["Age"] < 45, "30-44", "45 and over"))
    return Table(_float32(frame, columns), frame["Outcome"].to_numpy(int), np.arange(len(frame)), {"age": age})


def load_heart(data: Path) -> Table:
    """Cleveland, Hungarian and VA rows, exact duplicates dropped; chol 0 and trestbps 0 stay (missing to the model)."""
    frame = pd.read_csv(data / "heart" / "heart.csv").drop_duplicates(ignore_index=True)
    columns = ["age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak", "slope", "ca", "thal"]
    about = {
        "site": frame["site"].to_numpy(str),
        "sex": np.where(frame["sex"] == 1, "male", "female"),
        "age": np.where(frame["age"] < 50, "under 50", np.where(frame["age"] < 60, "50-59", "60 and over")),
    }
    return Table(_float32(frame, columns), frame["target"].to_numpy(int), np.arange(len(frame)), about)


def load_hypoxia(data: Path) -> Table:
    """MIMIC-III demo. A row is a charted SpO2 of at least 90 %, at least 30 min after the row before, followed by at least two
    valid SpO2 readings within 4 h; y = any of these below 90 %. Readings marked as errors and artefacts are dropped."""
    long = pd.read_csv(
        data / "mimic3-demo" / "vitals_long.csv.gz", usecols=["subject_id", "icustay_id", "charttime", "vital", "value", "error"]
    )
    long = long[long["vital"].isin(VITAL_KINDS) & (long["error"] != 1)].copy()
    epoch = pd.Timestamp("1970-01-01")
    long["ms"] = ((pd.to_datetime(long["charttime"]) - epoch) // pd.Timedelta(milliseconds=1)).astype(np.int64)
    fraction = (long["vital"] == "fio2") & (long["value"] <= 1)
    long.loc[fraction, "value"] *= 100
    rows, labels, patients, when = [], [], [], []
    for (patient, _), stay in long.groupby(["subject_id", "icustay_id"]):
        series = {VITAL_KINDS[vital]: minute_means(VITAL_KINDS[vital], own["ms"], own["value"]) for vital, own in stay.groupby("vital")}
        minutes, spo2 = series.get("spo2", (np.empty(0, np.int64), np.empty(0)))
        times, last = minutes * MINUTE_MS, -ROW_SPACING_MS * 10**6
        for at in times:
            ahead = spo2[(times > at) & (times <= at + HORIZON_MS)]
            if at - last < ROW_SPACING_MS or len(ahead) < 2:
                continue
            features = features_at(int(at), series)
            if features[0] < HYPOXIA_BELOW:
                continue
            last = at
            rows.append(features)
            labels.append(int((ahead < HYPOXIA_BELOW).any()))
            patients.append(patient)
            when.append(at)
    groups = np.array(patients)
    people = pd.read_csv(data / "mimic3-demo" / "patients.csv").set_index("subject_id").reindex(groups)
    born = pd.to_datetime(people["dob"]).dt.year.to_numpy()
    years = pd.to_datetime(pd.Series(when), unit="ms").dt.year.to_numpy() - born
    about = {
        "sex": np.where(people["gender"] == "F", "female", "male"),
        "age": np.where(years < 60, "under 60", np.where(years < 75, "60-74", "75 and over")),
    }
    x = np.array(rows, dtype=np.float32)
    assert x.shape[1] == len(NAMES)
    return Table(x, np.array(labels), groups, about)


def _float32(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    return frame[columns].to_numpy(np.float32)
