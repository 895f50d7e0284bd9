"""What is said of the return."""

from tacheles.words.phrases.phrase import Phrases

#: Phrases of each metric of this level.
PHRASES: dict[str, Phrases] = {}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS: dict[str, str] = {}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS: dict[str, str] = {}
