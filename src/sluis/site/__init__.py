"""Settings, addresses, base templates and the command `sluis-hub`."""
