"""What cannot be built as asked. The error itself stands where tables are read too; files with
kernels take it from here, since they take nothing from rooms that the cache key does not hold."""

from ..values.errors import PopulationError

__all__ = ["PopulationError"]
