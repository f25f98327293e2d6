"""Settings, split by subject; everything that differs per installation comes from the environment."""
