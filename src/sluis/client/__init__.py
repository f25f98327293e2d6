"""The client tower: what a partner runs."""
