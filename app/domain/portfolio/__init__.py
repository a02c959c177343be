"""What accounts hold and are worth, as their sources report it."""
