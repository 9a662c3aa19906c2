"""The command `tributary`: how its words are read, and which room carries out each of them."""
