"""Webhooks out: addresses of a workspace that are told what happens, signed, and as long as it takes."""
