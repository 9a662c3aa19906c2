"""Questions about the published marts: one value that is behind every page, feed, report and answer of a program.

catalogue   which marts and columns there are, and what may be done with their numbers
question    what is asked; `parse` reads it strictly from JSON, `query_string` from an address
rules       whether it has an answer; `refusal` says why not, and which question has one
columns     what an answer to it will have
plan        the question as SQL with bound parameters
engine      DuckDB, locked up with the files of one workspace
ask         all of it, one after the other: a question in, an answer out
"""
