"""Forms of this floor; each hands its cleaned data to one verb."""
