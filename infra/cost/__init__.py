"""What an installation costs a month, computed before anybody pays it: `tributary cost --help`."""
