"""The demo city: a fictional municipal tree with people, rules and months of life, made without a single real name."""
