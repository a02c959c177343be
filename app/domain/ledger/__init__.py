"""Accounts, transactions and money."""
