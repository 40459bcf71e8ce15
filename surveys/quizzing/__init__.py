"""知识竞答: the bank and its pasting, holding a quiz, taking part by name against the server's clock, and what is counted."""
