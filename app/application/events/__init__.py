"""What operators see of the event log, and do to it."""
