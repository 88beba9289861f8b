"""The model card: the words of cards/skin.md with the measured figures of this run put in."""

from __future__ import annotations

from string import Template

from ..cards import TEMPLATES, calibration_table, figures_table, table
from . import CLASSES, TITLES, artefacts
from .figures import LEVELS

DECLINES = (
    "What is declined was tried on generated pictures (black and white frames, charts, text pages, windows, noise, patterns, plain colours, patches of any colour) and on "
    "blurred photos; a sharp photo of something else that has the colours of skin may still pass."
)


def render(metrics: dict) -> str:
    m = metrics | metrics["heldOut"]
    compared = {"this model": m, m["baseline"]["name"]: {**m["baseline"], "n": m["n"], "positives": m["positives"]}}
    one, declined = m["onePhotoPerLesion"], m["declined"]
    low, high = m["balancedAccuracyLow"], m["balancedAccuracyHigh"]
    values = {
        "version": metrics["version"],
        "parameters": f"{metrics['parameters'] / 1e6:.1f} million",
        "outcome": artefacts.OUTCOME,
        "prevalence": f"{m['positives'] / m['n']:.0%}",
        "split": table(["", *metrics["data"]["split"]["train"]], [[name, *map(str, part.values())] for name, part in metrics["data"]["split"].items()]),
        "schedule": ", then ".join(f"{p['epochs']} epochs at {p['side']} × {p['side']} pixels" for p in metrics["schedule"]),
        "n": m["n"],
        "lesions": m["lesions"],
        "figures": figures_table(compared),
        "balanced": f"{m['balancedAccuracy']:.3f} ({low:.3f} to {high:.3f})",
        "accuracy": f"{m['accuracy']:.3f}",
        "gain": f"{m['overBaseline']['aucGain']:+.3f} ({m['overBaseline']['low']:+.3f} to {m['overBaseline']['high']:+.3f})",
        "one_auc": f"{one['auc']:.3f} ({one['aucLow']:.3f} to {one['aucHigh']:.3f})",
        "one_balanced": f"{one['balancedAccuracy']:.3f}",
        "one_n": one["n"],
        "declined": f"{declined['share']:.1%}",
        "reasons": ", ".join(f"{count} {reason}" for reason, count in declined["reasons"].items()) or "none",
        "confusion": _confusion(m),
        "target": metrics["thresholds"]["target"],
        "thresholds": _levels(m),
        "brier": f"{m['brier']:.3f}",
        "brier_base": f"{m['brierOfBaseRate']:.3f}",
        "ece": f"{m['ece']:.3f}",
        "calibration": calibration_table(m["reliability"]),
        "sex": figures_table(m["bySex"]),
        "age": figures_table(m["byAge"]),
        "place": figures_table(m["byLocalization"]),
        "proof": figures_table(m["byDxType"]),
        "missed": f"{1 - m['levels']['moderate']['sensitivity']:.0%}",
        "declines": DECLINES,
    }
    return Template((TEMPLATES / "skin.md").read_text()).substitute(values)


def _confusion(m: dict) -> str:
    rows = [
        [f"{name}: {TITLES[name]}", *(str(m["confusion"][name][other]) for other in CLASSES), f"{m['sensitivityByClass'][name]:.0%}"]
        for name in CLASSES
    ]
    return table(["", *CLASSES, "found"], rows)


def _levels(m: dict) -> str:
    rows = [
        [level, f"{p['threshold']:.4f}", f"{p['sensitivity']:.0%}", f"{p['specificity']:.0%}", f"{p['falseAlarmRate']:.0%}", f"{p['positivePredictiveValue']:.0%}"]
        for level, p in ((name, m["levels"][name]) for name in LEVELS)
    ]
    return table(["level", "from probability", "sensitivity", "specificity", "false alarms", "right when flagged"], rows)
