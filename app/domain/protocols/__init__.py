"""Every port, one module per need."""
