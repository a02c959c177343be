"""Every write-side port, one module per need. Read ports stand beside their views in the application."""
