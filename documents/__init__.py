"""Word, Excel and CSV writers. This floor knows no app, no model and no database."""
