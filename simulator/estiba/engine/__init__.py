"""The engine: what Docker means."""
