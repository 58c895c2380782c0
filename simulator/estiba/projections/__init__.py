"""Projections of the trace: stories, progress, explanations, pictures."""
