"""The marts: one view per file in `views/`, put in place by `deploy`, alike on one machine and in the cloud.

A file of `views/` says what the view is (sentences), then its columns between `/*` and `*/`, in their order, written
like the columns of a platform's table (a bare name is one that many views have), then the query. Below the columns
may stand

    level: connection_id, date     what tells a row from all others: `~` holds there and nowhere else
    apart: metric, currency        what has to be one before any rows are added up

In the query

    raw. history. marts. shared.   stand for the datasets of the workspace
    @currency @zone and so on      for its settings (`statements.settings`)
    @silent                        for those of its tables whose platforms do not tell what was deleted
    @read_again                    for how many days of the past each platform reads anew
    @converted(f.cost)             for an amount of the fact `f` in the currency of the workspace, at its rate `r`
    @converted_on                  for the day of that rate
    SELECT … FROM arms.NAME        for all arms of that name, one after another (UNION ALL)

An arm is what one platform contributes: `shared/platforms/PLATFORM/marts/NAME.sql`, a query that stands by itself and
whose columns are taken by their names. Sentences before it go into the description of the view, and what stands between
`/*` and `*/` (`column what the platform means by it`) into that of its columns. What several arms of a platform need is
a layer, `marts/layers/NAME.sql` beside them, read as `layers.NAME`. A layer over rows that its reader chooses has
`@rows` in their place, and is read as `layers.NAME(history.some_table)`.

A line `each NAME: …` stands once for each platform that has an arm NAME, with its `{platform}` and `{title}`.
"""
