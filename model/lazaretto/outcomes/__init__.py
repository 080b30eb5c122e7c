"""From a run's raw arrays to curves, the trade-off panel, and event tables."""
