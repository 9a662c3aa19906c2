"""Connections of a client: what is read, how it goes, what of it can be said anew."""
