"""Everyone's technique, no framework: identity, problems, clock, logging, reading side of the streams."""
