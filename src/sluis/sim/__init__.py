"""Synthetic partners, fraud waves and victims; they enter through the client only."""
