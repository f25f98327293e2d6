"""Circles at work: keys, signals, entries, disclosure. The hub carries and counts; it cannot read."""
