"""Pages of casework and of the expert group, one file per subject."""
