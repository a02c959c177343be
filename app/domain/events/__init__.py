"""What happened, and the registry of it."""
