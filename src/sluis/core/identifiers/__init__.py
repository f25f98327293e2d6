"""Identifiers: parse, normalise, canonical octets, the protected list. One file per type."""
