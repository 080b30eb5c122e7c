"""Users' tables: read from a file or taken from another library, columns checked, ids, times and
numbers understood or refused in one sentence."""
