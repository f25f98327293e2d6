"""The pure rules: no framework, no network, no clock, no dice. The caller passes time, randomness and keys."""
