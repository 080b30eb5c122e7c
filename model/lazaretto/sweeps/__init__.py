"""Sweeps: cells of a grid, each with the same seeds, executed by threads and stored cell by
cell."""
