"""Duty lists from Excel and Word: read, laid out under their header, understood, compared, and made into a draft.

``reading`` and ``word`` turn a file into tables, ``layout`` puts the cells under their titles, ``columns`` says what each
column is, ``naming`` to whom a way of writing points, ``deadlines`` and ``proofs`` what is owed when and what proves it,
``lines`` puts a line together, ``comparing`` sets it beside the edition before; ``receiving`` holds the verbs.
"""
