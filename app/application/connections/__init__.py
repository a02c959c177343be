"""Ties to institutions are made, renewed and ended."""
