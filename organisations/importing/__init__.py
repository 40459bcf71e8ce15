"""Rosters, units and appointments from Excel: read, guess, check, show, write at once, take back.

``reading`` turns a file into a table, ``columns`` and ``values`` say what its columns and cells mean, a subject
(``people``, ``organisations``, ``appointments``) judges and writes rows, ``batches`` holds the verbs that views and tasks call.
"""
