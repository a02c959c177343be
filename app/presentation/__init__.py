"""Who calls us: translates and dispatches."""
