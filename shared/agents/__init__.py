"""Agents: the tools that a language model may use, and the protocol by which it finds and calls them (MCP).

They stand on the API, so that the same question has the same answer at both doors. Nothing here writes, but for the
entry that each call leaves in the audit.
"""
