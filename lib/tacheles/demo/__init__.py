"""Nordlicht: a made-up software company whose true effects are known."""
