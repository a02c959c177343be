"""Plaid: Items, transactions and investments."""
