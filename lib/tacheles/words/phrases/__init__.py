"""What is said: every sentence a metric or a finding can lead to, a module per level."""

from tacheles.words.phrases import engagement, foundation, growth, measurement, roi
from tacheles.words.phrases.phrase import N_

_LEVELS = (foundation, growth, engagement, measurement, roi)

#: Phrases of each metric.
PHRASES = {name: phrases for level in _LEVELS for name, phrases in level.PHRASES.items()}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS = {name: said for level in _LEVELS for name, said in level.SEGMENTS.items()}

#: The sentence of each kind of finding.
FINDINGS = {kind: said for level in _LEVELS for kind, said in level.FINDINGS.items()}


#: How much a finding matters.
SEVERITY = {"fault": N_("to mend"), "warning": N_("to look at"), "note": N_("to know")}


STATUS = {
    "suppressed": N_("{name}: not shown, to protect few people"),
    "clipped": N_("{name}: unknown, the export does not reach back to the beginning"),
}


STATUS_OF_ALL = {
    "no_data": N_("Nothing was recorded in this quarter"),
    "suppressed": N_("Too few people took part to show a number without singling somebody out"),
}


STATUS_IN_CELL = {
    "suppressed": N_("to protect few people"),
    "clipped": N_("export cut off"),
}


FRACTIONS = {
    0.1: N_("one in ten"),
    0.2: N_("one in five"),
    0.25: N_("one in four"),
    1 / 3: N_("one in three"),
    0.4: N_("two in five"),
    0.6: N_("three in five"),
    2 / 3: N_("two in three"),
    0.75: N_("three in four"),
    0.8: N_("four in five"),
    0.9: N_("nine in ten"),
}


CAUSES = {
    "records": N_("the records have changed"),
    "definition": N_("it is computed otherwise"),
    "matured": N_("more time has passed"),
}


PAGES = {
    "00-brief": N_("Brief"),
    "01-foundation": N_("Foundation"),
    "02-growth": N_("Growth"),
    "03-measurement": N_("Measurement"),
    "04-roi": N_("Return"),
}
