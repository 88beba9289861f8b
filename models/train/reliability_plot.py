"""The calibration curve of a model card as a small SVG that carries its own light and dark colours; written as text, so that the same
figures give the same bytes."""

from __future__ import annotations

from html import escape

SIDE, LEFT, TOP, RIGHT, BOTTOM = 300, 58, 34, 24, 48
STYLE = """
  .ground { fill: #ffffff } .frame, .grid { fill: none; stroke: #d0d7de } .frame { stroke: #8c959f }
  .perfect { stroke: #8c959f; stroke-dasharray: 5 4 } .level { stroke: #bc4c00; stroke-dasharray: 2 3 } .curve { fill: none; stroke: #0969da; stroke-width: 1.5 }
  .bar { stroke: #0969da; stroke-width: 1.5 } .dot { fill: #0969da } text { font: 12px system-ui, sans-serif; fill: #24292f } .level-name { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .frame, .grid { stroke: #30363d } .frame { stroke: #6e7681 } .perfect { stroke: #8b949e } .level { stroke: #f0883e }
    .curve, .bar { stroke: #58a6ff } .dot { fill: #58a6ff } text { fill: #e6edf3 } .level-name { fill: #f0883e }
  }
"""


def reliability_svg(title: str, bins: list[dict], thresholds: dict[str, float]) -> str:
    """`bins`: judge.reliability. `thresholds`: level -> probability; those beyond the axis are left out."""
    top = max(max(b["meanProbability"], b["observedHigh"]) for b in bins)
    step = next(s for s in (0.05, 0.1, 0.2) if top <= 5 * s)
    span = step * 5

    def at(x: float, y: float) -> tuple[float, float]:
        return round(LEFT + x / span * SIDE, 1), round(TOP + (1 - y / span) * SIDE, 1)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIDE + RIGHT} {TOP + SIDE + BOTTOM}" width="{LEFT + SIDE + RIGHT}" '
        f'height="{TOP + SIDE + BOTTOM}" role="img" aria-label="{escape(_in_words(title, bins))}">',
        f"<style>{STYLE}</style>",
        '<rect class="ground" width="100%" height="100%" rx="6"/>',
        f'<text x="{LEFT}" y="20" font-weight="600">{escape(title)}</text>',
    ]
    for k in range(6):
        x, y = at(k * step, k * step)
        out.append(f'<path class="grid" d="M{x} {TOP}V{TOP + SIDE}M{LEFT} {y}H{LEFT + SIDE}"/>')
        out.append(f'<text x="{x}" y="{TOP + SIDE + 16}" text-anchor="middle">{k * step:.0%}</text>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{k * step:.0%}</text>')
    out.append(f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>')
    out.append(f'<path class="perfect" d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}"/>')
    for name, value in thresholds.items():
        if value < span:
            x, _ = at(value, 0)
            out.append(f'<path class="level" d="M{x} {TOP}V{TOP + SIDE}"/>')
            out.append(f'<text class="level-name" x="{x + 4}" y="{TOP + SIDE - 6}" font-size="11">{name}</text>')
    points = [at(b["meanProbability"], b["observedRate"]) for b in bins]
    out.append('<path class="curve" d="M' + "L".join(f"{x} {y}" for x, y in points) + '"/>')
    for (x, y), b in zip(points, bins, strict=True):
        _, low = at(0, b["observedLow"])
        _, high = at(0, b["observedHigh"])
        out.append(f'<path class="bar" d="M{x} {low}V{high}"/><circle class="dot" cx="{x}" cy="{y}" r="3.5"/>')
    out.append(f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 38}" text-anchor="middle">probability given (mean of the group)</text>')
    middle = TOP + SIDE / 2
    out.append(f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">observed, 95 %</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def _in_words(title: str, bins: list[dict]) -> str:
    pairs = ", ".join(f"{b['meanProbability']:.1%} given, {b['observedRate']:.1%} observed" for b in bins)
    return f"{title}. By groups of equal size: {pairs}."
