"""
Whether a text is negative, neutral or positive, offline, and how far that can be believed.

:func:`label` is the door: word lists for German and English, nothing else needed. :func:`judge`
takes the best tool a community has (its own labels, its own model), and :func:`corrected_mean`
turns what a tool says of all texts and people of some into a mean with its error.
"""

from tacheles.sentiment.correction import Corrected, agreement, corrected_mean, macro_f1
from tacheles.sentiment.instrument import Judged, judge
from tacheles.sentiment.judgement import NOT_APPLICABLE, SENTIMENTS, label
from tacheles.sentiment.local_model import LocalModel

__all__ = [
    "NOT_APPLICABLE",
    "SENTIMENTS",
    "Corrected",
    "Judged",
    "LocalModel",
    "agreement",
    "corrected_mean",
    "judge",
    "label",
    "macro_f1",
]
