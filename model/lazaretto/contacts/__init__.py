"""The contact layers. Each answers two questions and nothing else: whom would I meet, and whom did
I meet on day d."""
