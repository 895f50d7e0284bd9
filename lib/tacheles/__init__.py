"""Tacheles: plan, measure and prove what a community does for the company."""

from pathlib import Path

__version__ = "0.1.0"

#: The project's folder: the same from a notebook, a scheduler and a test, whatever their own is.
ROOT = Path(__file__).resolve().parents[2]
