"""What programs ask of us: `/api/v1`. One table of endpoints, from which routes, checks, OpenAPI and pages are made.

endpoints   the table: path, scope, what is asked, what is told
shapes      the types of both
accesses, wanting, admitting, feeds   what may be wished, made and taken away, besides reading
front       where a request becomes an answer; `gate` says who may, `wire` reads and writes HTTP
"""
