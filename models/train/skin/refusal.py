"""What the network must not be asked about, and the limits, set from photos of lesions so that few of them are declined."""

from __future__ import annotations

import numpy as np

from .shipped import Seen

# Reason, statistic, whether it is declined "below" or "above" the limit; the first that applies is the reason given.
RULES = (
    ("black", "p95", "below", "blackBelow"),
    ("too-dark", "mean", "below", "tooDarkBelow"),
    ("too-bright", "p5", "above", "tooBrightAbove"),
    ("drawing", "flatShare", "above", "flatAbove"),
    ("drawing", "sharpness", "above", "busyAbove"),
    ("blurred", "sharpness", "below", "blurredBelow"),
    ("unfamiliar", "distance", "above", "unfamiliarAbove"),
)
# Of training photos (statistics) and of validation photos (distance).
BLURRED_SHARE, BUSY_SHARE, FLAT_SHARE, UNFAMILIAR_SHARE = 0.0015, 0.0005, 0.0005, 0.007


def limits(train: dict[str, np.ndarray], validation: Seen) -> dict[str, float]:
    return {
        "blackBelow": 16.0,
        "tooDarkBelow": 45.0,
        "tooBrightAbove": 235.0,
        "flatAbove": round(float(np.quantile(train["flatShare"], 1 - FLAT_SHARE)), 3),
        "busyAbove": round(float(np.quantile(train["sharpness"], 1 - BUSY_SHARE)), 0),
        "blurredBelow": round(float(np.quantile(train["sharpness"], BLURRED_SHARE)), 2),
        "unfamiliarAbove": round(float(np.quantile(validation.distance, 1 - UNFAMILIAR_SHARE)), 3),
    }


def reasons(seen: Seen, limit: dict[str, float]) -> np.ndarray:
    """[N] reason, or "" where the picture is assessed."""
    values = {**seen.statistics, "distance": seen.distance}
    out = np.full(len(seen.distance), "", dtype=object)
    for reason, statistic, side, name in RULES:
        hit = values[statistic] < limit[name] if side == "below" else values[statistic] > limit[name]
        out[hit & (out == "")] = reason
    return out.astype(str)
