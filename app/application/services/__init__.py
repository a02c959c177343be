"""What several use cases ask."""
