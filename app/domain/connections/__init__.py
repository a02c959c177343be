"""Ties to institutions."""
