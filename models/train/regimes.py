"""Does the hypoxia model say the same of a patient charted hourly and of one measured every minute? Checked on one bedside trace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from .judge import rnd
from .features import MINUTE_MS, NAMES, WINDOW_MINUTES, features_at, minute_means

HEART_RATE = NAMES.index("heartRateNowPerMin")
COLUMNS = {"spo2": "spo2", "heartRate": "hr"}


def compare(data: Path, model) -> dict:
    """The trace of mimic-numerics-1min scored every ten minutes twice: from every minute, and from one reading an hour."""
    frame = pd.read_csv(next((data / "mimic-numerics-1min").glob("*.csv")))
    times = frame["minute"].to_numpy(np.int64) * MINUTE_MS
    dense_rows, hourly_rows = [], []
    for minute in range(WINDOW_MINUTES, int(frame["minute"].max()), 10):
        now = minute * MINUTE_MS
        hourly = frame["minute"].to_numpy() % 60 == minute % 60
        dense = features_at(now, {k: minute_means(k, times, frame[c]) for k, c in COLUMNS.items()})
        sparse = features_at(now, {k: minute_means(k, times[hourly], frame[c][hourly]) for k, c in COLUMNS.items()})
        if dense[0] >= 90 and sparse[0] >= 90 and not np.isnan([dense[HEART_RATE], sparse[HEART_RATE]]).any():
            dense_rows.append(dense)
            hourly_rows.append(sparse)
    dense, hourly = np.array(dense_rows, np.float32), np.array(hourly_rows, np.float32)
    p, q = model.probability(dense), model.probability(hourly)
    return {
        "moments": len(p),
        "meanProbabilityEveryMinute": rnd(p.mean()),
        "meanProbabilityHourly": rnd(q.mean()),
        "meanAbsoluteDifference": rnd(np.abs(p - q).mean()),
        "largestDifference": rnd(np.abs(p - q).max()),
        "correlation": rnd(np.corrcoef(p, q)[0, 1]),
        "meanInputDifference": {
            n: rnd(d[~np.isnan(d)].mean()) for n, d in zip(NAMES, (dense - hourly).T, strict=True) if not np.isnan(d).all()
        },
    }
