"""Views, one file a screen; each shares its stem with its template and its test."""
