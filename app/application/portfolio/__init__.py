"""Reading holdings, balances and net worth."""
