"""Who did what, on which thing, when, from where and with what outcome: entries that are only added to, and sealed."""
