"""What follows from results: paired comparison, dominance and the frontier."""
