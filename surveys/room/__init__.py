"""The separate room `/s/`: where sheets are filled in, without session, user or cookie."""
