"""What stands behind each port, one module an area; the container takes every provider here."""
