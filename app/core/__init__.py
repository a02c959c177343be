"""Shared kernel: Result, errors, ids, clock, paging. Standard library only."""
