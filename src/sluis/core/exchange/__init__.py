"""The exchange protocol Sluis-1: group, function, sharing, keys, policy, signals, messages. See `docs/reference/protocol.md`."""
