"""The bank simulator: an application of its own, imported by nothing."""
