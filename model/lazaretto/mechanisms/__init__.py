"""The mechanisms, a room each: what the user states, how that becomes numbers, the kernels, and
what the panel says of it."""
