"""Inodes and the union mount."""
