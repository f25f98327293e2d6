"""CaseFile files for bottlenecks, with their inventory; and the expert group."""
