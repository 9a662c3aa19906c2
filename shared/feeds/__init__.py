"""Feeds: a kept question behind a key of its own, which spreadsheets and programs read as a file.

feed        a feed as it is kept, among people and keys
register    made, listed, given a new key, revoked: what console, API and command line share
opening     what of a key the function `feed` sees: a projection, in a database of its own
projecting  who writes it
door        who stands there with a key, and what it opens
narrowing   what the address takes away from the kept question
accesses    who read what, when and from where
routes, call, answers, front: from a request to a file
"""
