"""Whom we call: the adapters of the protocols."""
