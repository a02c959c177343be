"""A real PostgreSQL and a real Valkey, from wheels, for laptops and tests."""
