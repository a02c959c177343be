"""Institutions: one folder each. docs/guides/add-a-provider.md tells how to add one."""
