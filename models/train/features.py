"""The hypoxia model's inputs, computed from raw readings. models/hypoxia/FEATURES.md is the same definition in words;
the console's TypeScript must agree with features-fixture.json, which this file writes the expected values of."""

from __future__ import annotations

import numpy as np

MINUTE_MS = 60_000
WINDOW_MINUTES = 720
HOURS, HALF_HOURS = 12, 24
LEVEL_HOURS = 6  # mean and trend look at these; lowest, time below 92 % and change at all twelve
LOW_BELOW = 92.0
SPO2_NOW_MINUTES = 5
HEART_RATE_NOW_MINUTES = 15
OXYGEN_MINUTES = 720
MIN_HOURS = 3  # hour values needed before change and trend mean anything

# Inclusive; a reading outside is an artefact and is left out. Percent, per minute, percent.
VALID = {"spo2": (50.0, 100.0), "heartRate": (20.0, 250.0), "inspiredOxygenPercent": (21.0, 100.0)}

NAMES = (
    "spo2NowPercent",
    "spo2Min12hPercent",
    "spo2Mean6hPercent",
    "spo2Below92Percent12h",
    "spo2Change12hPercent",
    "spo2Trend6hPercentPerHour",
    "heartRateNowPerMin",
    "inspiredOxygenPercent",
)


def minute_means(kind: str, times_ms, values) -> tuple[np.ndarray, np.ndarray]:
    """Readings of one kind -> (UTC minute numbers rising, mean of the valid readings in each)."""
    times, values = np.asarray(times_ms, dtype=np.int64), np.asarray(values, dtype=np.float64)
    low, high = VALID[kind]
    keep = (values >= low) & (values <= high)
    minutes, where = np.unique(times[keep] // MINUTE_MS, return_inverse=True)
    count = np.bincount(where, minlength=len(minutes))
    return minutes, np.bincount(where, weights=values[keep], minlength=len(minutes)) / np.maximum(count, 1)


def features_at(now_ms: int, series: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Minute means per kind -> [8] float64 in the order of NAMES, NaN = missing. Minutes after `now_ms` are not looked at."""
    age, spo2 = _by_age(now_ms, series.get("spo2"), WINDOW_MINUTES)
    now = _median(spo2[age < SPO2_NOW_MINUTES])
    half_hours, _ = _medians(age, spo2, 30, HALF_HOURS)
    hours, hours_ago = _medians(age, spo2, 60, HOURS)
    lowest = below = mean = change = trend = np.nan
    if len(half_hours):
        lowest, below = np.nanmin(np.append(half_hours, now)), (half_hours < LOW_BELOW).mean() * 100
    if len(hours) >= MIN_HOURS:
        change = np.abs(np.diff(hours)).mean()
    hours, hours_ago = hours[hours_ago < LEVEL_HOURS], hours_ago[hours_ago < LEVEL_HOURS]
    if len(hours):
        mean = hours.mean()
    if len(hours) >= MIN_HOURS:
        t = hours_ago.mean() - hours_ago
        trend = (t * (hours - mean)).sum() / (t * t).sum()
    _, heart_rate = _by_age(now_ms, series.get("heartRate"), HEART_RATE_NOW_MINUTES)
    _, oxygen = _by_age(now_ms, series.get("inspiredOxygenPercent"), OXYGEN_MINUTES)
    return np.array([now, lowest, mean, below, change, trend, _median(heart_rate), oxygen[-1] if len(oxygen) else np.nan])


def _medians(age: np.ndarray, values: np.ndarray, minutes: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(medians of the blocks of so many minutes that have a value, newest first; which block each is)."""
    medians = np.array([_median(values[age // minutes == k]) for k in range(count)])
    present = np.flatnonzero(~np.isnan(medians))
    return medians[present], present


def features_from_readings(now_ms: int, readings: list[tuple[str, int, float]]) -> np.ndarray:
    """(kind, time ms, value) readings -> [8]; readings later than `now_ms` do not count."""
    series = {}
    for kind in VALID:
        own = [(t, v) for k, t, v in readings if k == kind and t <= now_ms]
        if own:
            series[kind] = minute_means(kind, [t for t, _ in own], [v for _, v in own])
    return features_at(now_ms, series)


def _by_age(now_ms: int, minutes_and_means, within: int) -> tuple[np.ndarray, np.ndarray]:
    """Ages in whole minutes (falling to 0) and means of the minutes with 0 <= age < within."""
    if minutes_and_means is None:
        return np.empty(0, dtype=np.int64), np.empty(0)
    minutes, means = minutes_and_means
    current = now_ms // MINUTE_MS
    rows = slice(np.searchsorted(minutes, current - within, "right"), np.searchsorted(minutes, current, "right"))
    return current - minutes[rows], means[rows]


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else np.nan
