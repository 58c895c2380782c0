"""Painters that need nothing but the standard library: SVG, and HTML with a table beside it."""

from .html import paint_html, paint_page, paint_table
from .svg import paint_svg

__all__ = ["paint_html", "paint_page", "paint_svg", "paint_table"]
