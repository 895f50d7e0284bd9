"""
Nordlicht: a made-up software company whose true effects are known.

No public data joins a community to tickets, renewals and revenue. So the sample that shows the
whole product is simulated; nothing in it is about anybody. The same seed gives the same bytes.
"""

from tacheles.demo.effects import Effects as Effects
from tacheles.demo.folder import write as write
from tacheles.demo.many import write_posts as write_posts
from tacheles.demo.simulation import Simulated as Simulated
from tacheles.demo.simulation import simulate as simulate
