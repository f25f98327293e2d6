"""Sluis: fraud signals pass between organisations, the data stay where they are."""
