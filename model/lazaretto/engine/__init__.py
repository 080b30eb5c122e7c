"""The event engine: exact continuous time, thinning, a batched calendar queue, and one file per
mechanism."""
