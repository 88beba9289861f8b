"""Model cards: the words of cards/<model>.md with the measured figures of this run put in, so that neither can go stale."""

from __future__ import annotations

from pathlib import Path
from string import Template

from .spec import Trained

TEMPLATES = Path(__file__).resolve().parent / "cards"


def render(trained: Trained, ranges: list[tuple[float, float]]) -> str:
    m, t = trained.metrics, trained.metrics["thresholds"]
    values = {
        "title": trained.title,
        "version": trained.version,
        "kind": trained.kind.replace("-", " "),
        "outcome": trained.outcome,
        "evaluation": trained.evaluation,
        "inputs": inputs_table(trained, ranges),
        "given": figures_table(m["byInputsGiven"]),
        "ece": f"{m['crossValidated']['ece']:.3f}",
        "ece_interval": f"{m['crossValidated']['eceLow']:.3f} to {m['crossValidated']['eceHigh']:.3f}",
        "ece_chance": f"{m['crossValidated']['eceOfChance']:.3f}",
        "brier": f"{m['crossValidated']['brier']:.3f}",
        "brier_base": f"{m['crossValidated']['brierOfBaseRate']:.3f}",
        "calibration": calibration_table(m["reliability"]),
        "thresholds": thresholds_table(t),
        "target": t["target"],
        "age": figures_table(m["byAge"]),
        "sex": figures_table(m.get("bySex", {})),
        "site": figures_table(m.get("bySite", {})),
    }
    if "leaveOneSiteOut" in m:
        values["outside"] = figures_table(m["leaveOneSiteOut"])
        sites = list(m["leaveOneSiteOut"])
        values["outside_given"] = table(
            ["inputs given", *sites], [[n, *(f"{row[s]:.3f}" for s in sites)] for n, row in m["byInputsGivenLeaveOneSiteOut"].items()]
        )
    compared = {"this model": m["crossValidated"], m["baseline"]["name"]: m["baseline"]}
    if "baselineSvm" in m:
        compared["the same two, SVM"] = m["baselineSvm"]
    values["baselines"] = figures_table(compared)
    for key, name in (("overBaseline", "gain"), ("overBaselineSvm", "gain_svm"), ("overBaselineOxygenUnknown", "gain_no_oxygen")):
        if key in m:
            values[name] = f"{m[key]['aucGain']:+.3f} (95 % {m[key]['low']:+.3f} to {m[key]['high']:+.3f})"
    if trained.name == "hypoxia":
        values["shuffles"] = "; ".join(
            f"{s['model']:.3f} against {s['baseline']:.3f} (oxygen unknown {s['oxygenUnknown']:.3f})" for s in m["aucOverShuffles"]
        )
        early = m["byInputsGiven"]["first minutes of a wearable"]
        values["first_minutes"] = f"mean {early['meanProbability']:.3f}, observed {early['observedRate']:.3f}"
        r = m["everyMinuteVersusHourly"]
        values["regimes"] = (
            f"{r['moments']} moments of one 32-hour trace: mean probability {r['meanProbabilityEveryMinute']:.3f} from every minute and "
            f"{r['meanProbabilityHourly']:.3f} from one reading an hour, mean absolute difference {r['meanAbsoluteDifference']:.3f}, correlation {r['correlation']:.2f}"
        )
    elif "aucOverShuffles" in m:
        values["shuffles"] = ", ".join(f"{auc:.3f}" for auc in m["aucOverShuffles"])
        values["ece_shuffles"] = ", ".join(f"{ece:.3f}" for ece in m["eceOverShuffles"])
    return Template((TEMPLATES / f"{trained.name}.md").read_text()).substitute(values)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def figures_table(groups: dict) -> str:
    rows = []
    for name, g in groups.items():
        auc = f"{g['auc']:.3f} ({g['aucLow']:.3f} to {g['aucHigh']:.3f})" if "auc" in g else "too few"
        rows.append(
            [
                name,
                str(g["n"]),
                str(g["positives"]),
                auc,
                f"{g['ece']:.3f}" if "ece" in g else "",
                f"{g['brier']:.3f}" if "brier" in g else "",
            ]
        )
    return table(["", "rows", "positive", "AUC (95 %)", "ECE", "Brier"], rows)


def calibration_table(tenths: list[dict]) -> str:
    return table(
        ["tenth", "rows", "mean probability", "observed (95 %)"],
        [
            [
                str(k),
                str(t["n"]),
                f"{t['meanProbability']:.3f}",
                f"{t['observedRate']:.3f} ({t['observedLow']:.3f} to {t['observedHigh']:.3f})",
            ]
            for k, t in enumerate(tenths, 1)
        ],
    )


def thresholds_table(t: dict) -> str:
    rows = [
        [level, f"{t[level]:.4f}", f"{p['sensitivity']:.0%}", f"{p['falseAlarmRate']:.0%}", f"{p['positivePredictiveValue']:.0%}"]
        for level, p in (("moderate", t["atModerate"]), ("high", t["atHigh"]))
    ]
    return table(["level", "from probability", "finds", "false alarms", "right when flagged"], rows)


def inputs_table(trained: Trained, ranges: list[tuple[float, float]]) -> str:
    rows = []
    for given, (low, high) in zip(trained.inputs, ranges, strict=True):
        values = (
            "; ".join(f"{code} {label}" for code, label in given.categories.items())
            if given.categories
            else f"{low:g} to {high:g} {given.unit}"
        )
        rows.append([f"`{given.name}`", "yes" if given.required else "", values, given.description])
    return table(["input", "required", "values seen", "what it is"], rows)
