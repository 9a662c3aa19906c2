"""What platforms tell us unasked, from the request to what came of it.

`receiving` checks who speaks, writes it down and answers at once. `answering` does what is asked for: it ends a
connection's work, erases an account, or clears what rows and staged pages say of a person (`persons`). A call is one
document; it is gone through as often as it takes, and says at the end what became of it.
"""
