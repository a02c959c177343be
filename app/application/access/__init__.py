"""Keeping people and programs within what they may do."""
