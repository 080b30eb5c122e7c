"""Region-wide measures."""
