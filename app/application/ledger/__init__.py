"""Reading accounts and transactions."""
