"""How programs come in: keys and short tokens, what each may do, and how often."""
