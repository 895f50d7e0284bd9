"""From notebooks to a published quarter: run, page, publish."""
