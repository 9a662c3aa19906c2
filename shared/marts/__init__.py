"""The marts: one view per file in `views/`, put in place by `deploy`, alike on one machine and in the cloud.

How a file is written: sentences that say what the view is; between `/*` and `*/` its columns, in their order, written
like the columns of a platform's table (a bare name is one that many views have); then the query. There `raw.`,
`history.`, `marts.` and `shared.` stand for the datasets of the workspace, and `@name` for one of its settings;
`@silent` are those of the tables that it reads whose platforms do not tell what was deleted.
"""
