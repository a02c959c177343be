"""Charles Schwab: the Trader API for individuals."""
