"""Pictures made by formula, none of them of a person: lesion-like ones for parity, and what the model must decline."""

from __future__ import annotations

import numpy as np

PARITY_SIDE, PARITY_COUNT = 150, 50


def lesion_like(number: int, side: int = PARITY_SIDE) -> np.ndarray:
    """[side, side, 3] uint8. Only +, -, *, / in double precision and mulberry32, so that every language gives the same bytes."""
    draw = _mulberry32(number)
    centre_x, centre_y = side * (0.35 + 0.3 * draw()), side * (0.35 + 0.3 * draw())
    radius_x, radius_y = side * (0.12 + 0.3 * draw()), side * (0.12 + 0.3 * draw())
    skin = np.array([190 + 55 * draw(), 130 + 70 * draw(), 110 + 70 * draw()])
    lesion = np.array([40 + 140 * draw(), 25 + 90 * draw(), 20 + 90 * draw()])
    edge, grain = 1 + 7 * draw(), 16 + 40 * draw()
    x, y = np.arange(side)[None, :], np.arange(side)[:, None]
    u, v = (x - centre_x) / radius_x, (y - centre_y) / radius_y
    inside = np.clip((1 - (u * u + v * v)) * edge, 0, 1)
    noise = np.array([draw() for _ in range(side * side)]).reshape(side, side)
    value = skin + (lesion - skin) * inside[..., None] + (grain * (noise - 0.5))[..., None]
    return np.clip(np.floor(value + 0.5), 0, 255).astype(np.uint8)


def _mulberry32(seed: int):
    """Uniform numbers in [0, 1), 32 bits each."""
    state = seed & 0xFFFFFFFF

    def draw() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (1 | state)) & 0xFFFFFFFF
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t
        return ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296

    return draw


def not_photos(side: int = PARITY_SIDE) -> dict[str, np.ndarray]:
    """Name -> [side, side, 3] uint8: black frame, paper, charts, text, noise, patterns, plain colours, blobs of any colour."""
    rng = np.random.default_rng(0)
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    grey = lambda value: np.repeat(np.asarray(value, float)[..., None], 3, -1)  # noqa: E731
    out: dict[str, np.ndarray] = {
        "black": np.zeros((side, side, 3)),
        "black with sensor noise": rng.normal(4, 3, (side, side, 3)),
        "white": np.full((side, side, 3), 255.0),
        "grey": np.full((side, side, 3), 128.0),
        "skin-coloured plain": np.full((side, side, 3), (214.0, 160.0, 140.0)),
        "gradient": grey(x * 255 / side),
        "colour gradient": np.stack([x, y, side - x], -1) * 255.0 / side,
        "noise": rng.uniform(0, 255, (side, side, 3)),
        "grey noise": grey(rng.uniform(0, 255, (side, side))),
        "checkerboard": grey(((x // 10 + y // 10) % 2) * 255.0),
        "stripes": grey((x // 6 % 2) * 200.0 + 20),
    }
    for number in range(6):
        out[f"bar chart {number}"] = _bar_chart(side, rng)
        out[f"line chart {number}"] = _line_chart(side, rng)
        out[f"text page {number}"] = _text(side, rng, dark=False)
        out[f"dark screen with text {number}"] = _text(side, rng, dark=True)
        out[f"window {number}"] = _window(side, rng)
    for number in range(20):
        out[f"blobs of any colour {number}"] = _blobs(side, rng)
    return {name: np.clip(np.rint(picture), 0, 255).astype(np.uint8) for name, picture in out.items()}


def _bar_chart(side: int, rng: np.random.Generator) -> np.ndarray:
    page = np.full((side, side, 3), 255.0)
    colour = rng.uniform(0, 255, 3)
    page[-side // 10, :] = page[:, side // 10] = 60
    bars = int(rng.integers(4, 10))
    width = int(side * 0.8 / bars)
    for bar in range(bars):
        left, height = side // 10 + 3 + bar * width, int(rng.uniform(0.1, 0.75) * side)
        page[side - side // 10 - height : side - side // 10, left : left + width - 3] = colour
    return page


def _line_chart(side: int, rng: np.random.Generator) -> np.ndarray:
    page = np.full((side, side, 3), 250.0)
    page[:: side // 6] = page[:, :: side // 6] = 225
    for _ in range(3):
        colour, at = rng.uniform(0, 200, 3), side / 2
        for column in range(side):
            at = min(max(at + rng.normal(0, 3), 2), side - 4)
            page[int(at) : int(at) + 2, column] = colour
    return page


def _text(side: int, rng: np.random.Generator, dark: bool) -> np.ndarray:
    page = np.full((side, side, 3), 25.0 if dark else 245.0)
    ink = 220.0 if dark else 30.0
    for line in range(6, side - 8, int(rng.integers(7, 14))):
        at = 6
        while at < side - 12:
            word = int(rng.integers(4, 22))
            page[line : line + 4, at : min(at + word, side - 6)] = np.where(rng.random((4, min(word, side - 6 - at), 1)) < 0.55, ink, page[0, 0])
            at += word + 3
    return page


def _window(side: int, rng: np.random.Generator) -> np.ndarray:
    page = np.full((side, side, 3), 238.0)
    page[: side // 8] = rng.uniform(30, 160, 3)
    page[:, : side // 4] = rng.uniform(40, 255, 3)
    for _ in range(5):
        top, left = int(rng.uniform(0.15, 0.85) * side), int(rng.uniform(0.3, 0.7) * side)
        page[top : top + side // 12, left : left + side // 4] = rng.uniform(0, 255, 3)
    return page


def _blobs(side: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth patches in colours of any hue with fine grain: like a photo, but of anything."""
    coarse = rng.uniform(0, 255, (int(rng.integers(3, 9)), int(rng.integers(3, 9)), 3))
    at = [np.clip((np.arange(side) + 0.5) / side * n - 0.5, 0, n - 1) for n in coarse.shape[:2]]
    rows, columns = (np.maximum(0, 1 - np.abs(a[:, None] - np.arange(n))) for a, n in zip(at, coarse.shape, strict=False))
    return np.einsum("yi,xj,ijc->yxc", rows, columns, coarse) + rng.normal(0, 6, (side, side, 3))
