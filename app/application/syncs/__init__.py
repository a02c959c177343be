"""Institutions are read."""
