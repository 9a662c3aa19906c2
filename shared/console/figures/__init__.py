"""Pages of figures of a workspace: what it has connected in figures with their change, pictures and tables.

subjects   which pages there are, and of which parts each is made
span       which days, by what stands in the address
asking     questions of the published marts, and their answers as courses
parts      key figures and pictures as values; tables: rows as values
ads · shop · web · mail · social    what each kind of platform has to tell; closer_…: what only its own page has
lists · changes · weeks             what comes and goes, what was restated, whole weeks beside each other
page       all of it as a page; files: as JSON and as CSV; saving: one picture as a file
"""
