"""What we do: one file per command or query."""
