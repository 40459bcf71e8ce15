"""The bench: how the pages compare with a bare page of the same stack, in one run on one machine. Never in a timed test.

`make bench` fills an SQLite file and a PostgreSQL database of its own with the demo city and measures both; `FULL=1` with
the full size, and the growth from 10,000 to a million activities. Absolute figures hold on no other machine: read ratios.
"""
