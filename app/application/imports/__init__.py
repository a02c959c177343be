"""Statement files become accounts and transactions."""
