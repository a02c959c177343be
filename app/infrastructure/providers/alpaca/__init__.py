"""Alpaca: the Trading API."""
