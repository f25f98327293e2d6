"""The exchange protocol Sluis-1, as in `docs/reference/protocol.md`: group, function, sharing, keys, policy, signals."""
