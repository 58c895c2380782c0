"""The colours, light and dark. After Okabe and Ito's set, which people with any kind of colour vision tell apart.

Fills are tints on which ink is readable (contrast of at least 4.5, tested); strokes are the full
colours. Nothing is told by colour alone.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#FFFFFF",
    "ink": "#1B1F24",
    "muted": "#525B66",
    "line": "#8A939E",
    "faint": "#E3E7EC",
    "panel": "#F5F7F9",
    "layer": "#D9ECF8",
    "layer-line": "#0072B2",
    "layer-ink": "#005A8E",
    "shared": "#BFE0F5",
    "writable": "#FDEBCB",
    "writable-line": "#B87400",
    "writable-ink": "#8A5600",
    "name": "#D5F0E6",
    "name-line": "#008A66",
    "name-ink": "#006B50",
    "image": "#F3E2EE",
    "image-line": "#A8527F",
    "image-ink": "#8A3A66",
    "wrong": "#FCE0D2",
    "wrong-line": "#C44E00",
    "wrong-ink": "#A33F00",
}

DARK = {
    "paper": "#14181D",
    "ink": "#EEF1F4",
    "muted": "#AEB8C2",
    "line": "#77828E",
    "faint": "#2A3139",
    "panel": "#1B2026",
    "layer": "#12354C",
    "layer-line": "#56B4E9",
    "layer-ink": "#8CCBF2",
    "shared": "#174A6B",
    "writable": "#45340F",
    "writable-line": "#E69F00",
    "writable-ink": "#F5BE4C",
    "name": "#0F3D31",
    "name-line": "#2CB992",
    "name-ink": "#5FD6B5",
    "image": "#452439",
    "image-line": "#D98BB6",
    "image-ink": "#EBAFD0",
    "wrong": "#4A2413",
    "wrong-line": "#F07A35",
    "wrong-ink": "#FF9E66",
}

THEMES = {"light": LIGHT, "dark": DARK}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
