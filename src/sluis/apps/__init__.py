"""The theme rooms, one Django app each."""
