"""One month of one account for each platform, as an accountant would write it down: what the platform told, and what it
comes to, both by hand. `august.py` says what happens on which day; no number here is taken from a view."""
