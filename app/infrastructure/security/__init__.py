"""Passwords, tokens, keys and permissions."""
