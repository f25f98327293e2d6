"""Synthetic partners: seeded fraud waves and honest life, through the partners' own gateways and nothing else."""
