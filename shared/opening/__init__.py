"""Workspaces: what is wished of one stands in its document, and is made to stand in BigQuery, step by step.

`wishes` writes down what is wished (the operator's command line and, one day, the console). `opener` makes it so, in
the function `open_workspace`, which alone may make datasets, or in the name of an operator. Terraform owns the
installation, and no workspace.
"""
