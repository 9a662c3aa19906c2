"""Clients: all of them at a glance, a new one, and what one is set to."""
