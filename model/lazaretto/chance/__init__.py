"""Chance: a counter-based generator, named streams, and quantile tables. No generator state
anywhere."""
