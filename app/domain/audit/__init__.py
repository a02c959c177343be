"""Who did what, in a form that shows when it was altered."""
