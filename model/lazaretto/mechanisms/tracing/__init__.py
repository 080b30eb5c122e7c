"""Contact tracing: from a case to a list of people."""
