"""Filters of the pages of casework."""
