"""Idealised populations by short names: `lz.populations.random_graph(...)`."""

from .population.idealised import PopulationError, complete, configuration, from_pairs, path, random_graph, star, tree

__all__ = ["PopulationError", "complete", "configuration", "from_pairs", "path", "random_graph", "star", "tree"]
