"""A whole life on one machine: three accounts connected, synced, changed, synced again, and compared with the truth."""
