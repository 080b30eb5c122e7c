"""Idealised and observed populations by short names: `lz.populations.random_graph(...)`,
`lz.populations.read_sociopatterns(...)`; and places with a contact matrix of one's own."""

from .parameters.mixing import with_contact_matrix
from .population.idealised import (
    complete,
    configuration,
    from_pairs,
    path,
    random_graph,
    star,
    tree,
)
from .population.observed import from_contacts, from_edges
from .population.readers import read_copenhagen, read_haslemere, read_sociopatterns
from .tables.reading import read_table
from .values.errors import DataNotice, PopulationError

__all__ = [
    "DataNotice",
    "PopulationError",
    "complete",
    "configuration",
    "from_contacts",
    "from_edges",
    "from_pairs",
    "path",
    "random_graph",
    "read_copenhagen",
    "read_haslemere",
    "read_sociopatterns",
    "read_table",
    "star",
    "tree",
    "with_contact_matrix",
]
