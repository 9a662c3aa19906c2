"""The operator's commands: `tributary admin --help`."""
