"""People register, prove their address and log in."""
