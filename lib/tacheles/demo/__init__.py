"""
Nordlicht: a made-up software company whose true effects are known.

No public data joins a community to tickets, renewals and revenue. So the sample that shows the
whole product is simulated; nothing in it is about anybody. The same seed gives the same bytes.

The sample is there to show the product at work, and was chosen for that: with seed 1 the forum's
time series passes every check that costs a grade, as in 39 of the first 40 seeds, and the interval
of each claim holds its truth, as 90 % intervals do in nine cases of ten. It proves nothing about
how often they do; that is tried on other seeds (`tests/test_demo_truth.py`) and on other simulated
communities (`benchmarks/calibration.py`).
"""

from tacheles.demo.effects import Effects as Effects
from tacheles.demo.folder import write as write
from tacheles.demo.many import write_posts as write_posts
from tacheles.demo.simulation import Simulated as Simulated
from tacheles.demo.simulation import simulate as simulate
