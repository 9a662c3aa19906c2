"""Taking a client's things away: everything of a workspace, or one connection, with a receipt.

The order is always the same. First nothing new may begin and whoever is at work is told to stop; then the access is
given back to the platforms; then what we hold is destroyed. Every step may be repeated, so whoever was interrupted
runs the command again. A function that was at work in that moment may still write something after us, so the end is
only declared once nobody can be at work any more, after another look.
"""
