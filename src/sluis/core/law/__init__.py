"""The law as rules: the one decision module. Later also facts -> rules -> assessment."""
