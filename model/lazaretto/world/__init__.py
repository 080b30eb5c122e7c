"""What crosses into kernels: codes, stated numbers, state, scratch, and the queue of events."""
