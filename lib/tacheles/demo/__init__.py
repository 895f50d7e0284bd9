"""Simulated communities whose true effects are known: for the sample and for the tests."""
