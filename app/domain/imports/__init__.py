"""What a statement file says, and which rows are the same."""
