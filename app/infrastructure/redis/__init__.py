"""Redis or Valkey: speed and limits, never facts."""
