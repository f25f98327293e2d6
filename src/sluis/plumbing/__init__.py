"""Technique of the hub that needs Django or the server: roles, outbox, signed requests, problem documents."""
