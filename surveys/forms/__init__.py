"""Forms of the surveys, a module for each screen."""
