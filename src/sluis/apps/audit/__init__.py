"""The append-only log: what passed, what was refused, and on which ground."""
