"""Stores: image configurations, layers, references."""
