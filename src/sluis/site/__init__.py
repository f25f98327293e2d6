"""Settings, addresses, base templates and the server's console script."""
