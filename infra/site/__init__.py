"""The documentation as a site. `make docs` builds it; the pages themselves are those of the repository."""
