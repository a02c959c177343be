"""What is true: entities, values, rules and events. Standard library only."""
