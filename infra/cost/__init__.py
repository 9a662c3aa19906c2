"""What an installation costs a month, computed before anybody pays it: `python -m infra.cost --help`."""
