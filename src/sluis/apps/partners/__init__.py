"""Who takes part: organisations, people with roles, and the signed policy snapshot."""
