"""Duty lists out of Excel and Word: a file becomes a table, its columns get fields, its rows become lines of a draft."""
