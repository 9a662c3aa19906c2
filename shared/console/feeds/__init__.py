"""Feeds of a client: which there are, made, given new keys, ended; and who read them.

offering  what a feed can be made of, and the form by which it is
pages     the list, one feed, the question before one ends
reads     who read what
ways      what a spreadsheet reads a feed with
"""
