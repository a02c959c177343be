"""Dishka providers: the only code that sees everything."""
