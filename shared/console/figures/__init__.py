"""The first page of figures of a workspace: six of them with their change, and pictures of what it has connected.

span     which days, by what stands in the address
asking   questions of the published marts, and their answers as courses
parts    key figures and pictures as values
ads · shop · web · mail      what each kind of platform has to tell
page     all of it as a page; files: as JSON and as CSV
"""
