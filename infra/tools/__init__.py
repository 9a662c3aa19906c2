"""What the repository is built, documented and watched with."""
