"""What the pipeline costs, measured against what it cannot do without: `python -m infra.bench`, or `make bench`."""
