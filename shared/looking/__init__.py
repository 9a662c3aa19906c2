"""What is never published, asked row by row: people, what they did, and the records that rows came from.

`look_up` is the one function that answers it, and the one that other functions call; `asking` is their side of it.
"""
