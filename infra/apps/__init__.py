"""Our apps at the platforms: whether a platform knows us as it should, as far as that can be told from outside."""
