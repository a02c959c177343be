"""Reading the audit trail, and proving it."""
