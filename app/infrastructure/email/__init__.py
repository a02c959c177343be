"""Where mail leaves."""
