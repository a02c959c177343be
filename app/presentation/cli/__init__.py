"""Sub-commands of litestar."""
