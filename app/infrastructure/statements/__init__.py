"""One module per statement format."""
