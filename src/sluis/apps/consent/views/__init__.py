"""Pages of closed groups for people, one file per subject."""
