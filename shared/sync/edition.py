"""Which release the marts of a workspace are of. Made by `python -m infra.tools.docs`.

It changes with the marts, the tables that they read, and who is given access to them: then the tick has every
workspace looked at once more (`openings`).
"""

EDITION = "974f2f086a57fa26"
