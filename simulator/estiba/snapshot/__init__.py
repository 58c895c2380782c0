"""Snapshots: mountable trees with parents. `port` says what a snapshotter is; `union` keeps them in memory."""
