"""The instruments of tracing: a file each, and the table of them."""
