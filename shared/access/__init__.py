"""What people and programs want of a connection's access, from the wish to what came of it.

Who is met by people holds no credential of any platform. So a console, an API or the command line writes down what is
wanted (`wishes`) and says so; `keep_access` does it (`keeper`), and says in the same document how far it is.
"""
