"""The platforms, as they are told of in words: by the command line and by the pages of the documentation."""
