"""The key holder: one share of each key, at an independent organisation."""
