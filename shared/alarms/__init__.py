"""Alarms for people: what needs somebody is told once, to whoever's move it is, and once more when it is mended."""
