"""The long-running service on a partner's own premises: the only place where identifiers stand in clear."""
