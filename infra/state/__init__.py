"""The documents as files, and back: what is true of workspaces, connections, cursors and runs. Never a credential."""
