"""What is managed of a client: the client itself, its connections, its connect links. The API and the console do it by
the same code: what cannot be is refused first, then the audit log is told, it is done, and whoever acts is nudged.
"""
