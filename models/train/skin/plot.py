"""The calibration plot as an SVG picture, drawn from the reliability table."""

from __future__ import annotations

from pathlib import Path

SIDE, MARGIN = 360, 48


def calibration_svg(tenths: list[dict], title: str, path: Path) -> None:
    """Observed rate with its 95 % interval against mean probability, one point per tenth of the photos; the diagonal is perfect."""
    at = lambda share: MARGIN + share * SIDE  # noqa: E731
    up = lambda share: MARGIN + (1 - share) * SIDE  # noqa: E731
    size = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>',
    ]
    for step in range(0, 11, 2):
        share = step / 10
        parts += [
            f'<path d="M{at(0):.0f} {up(share):.0f}H{at(1):.0f}M{at(share):.0f} {up(0):.0f}V{up(1):.0f}" stroke="#dddddd" fill="none"/>',
            f'<text x="{at(0) - 8:.0f}" y="{up(share) + 4:.0f}" text-anchor="end" fill="#333333">{share:.1f}</text>',
            f'<text x="{at(share):.0f}" y="{up(0) + 18:.0f}" text-anchor="middle" fill="#333333">{share:.1f}</text>',
        ]
    parts.append(f'<path d="M{at(0):.0f} {up(0):.0f}L{at(1):.0f} {up(1):.0f}" stroke="#888888" stroke-dasharray="4 4"/>')
    points = " ".join(f"{at(t['meanProbability']):.1f},{up(t['observedRate']):.1f}" for t in tenths)
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1c5d99" stroke-width="1.5"/>')
    for t in tenths:
        x = at(t["meanProbability"])
        parts += [
            f'<path d="M{x:.1f} {up(t["observedLow"]):.1f}V{up(t["observedHigh"]):.1f}" stroke="#1c5d99"/>',
            f'<circle cx="{x:.1f}" cy="{up(t["observedRate"]):.1f}" r="4" fill="#1c5d99"/>',
        ]
    parts += [
        f'<text x="{size / 2:.0f}" y="{MARGIN / 2 + 4:.0f}" text-anchor="middle" font-size="14" fill="#111111">{title}</text>',
        f'<text x="{size / 2:.0f}" y="{size - 8}" text-anchor="middle" fill="#333333">mean probability of malignancy</text>',
        f'<text x="14" y="{size / 2:.0f}" text-anchor="middle" fill="#333333" transform="rotate(-90 14 {size / 2:.0f})">observed rate</text>',
        "</svg>",
    ]
    path.write_text("\n".join(parts) + "\n")
