"""From what happened to what was caused: effects with intervals, checks and computed grades."""
