"""Campaigns of ads and mail: one table over both, and each of them whole.

choosing   which of them, in which order, which page of the table: by what stands in the address
gathering  what is published of them, side by side
listing    the table as a page, as JSON and as CSV
one        one campaign: its figures, its course, what came of it
answers    these by the names of the routes
"""
