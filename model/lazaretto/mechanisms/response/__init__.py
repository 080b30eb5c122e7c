"""How people respond to the regime."""
