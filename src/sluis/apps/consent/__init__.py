"""Closed groups, markings, and release to others only when every contributor agreed."""
