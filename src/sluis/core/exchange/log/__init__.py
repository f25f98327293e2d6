"""The log anyone can verify: a Merkle tree in tiles, signed checkpoints, and proofs of both. No network and no storage."""
