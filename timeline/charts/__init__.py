"""Charts of the money: what they show (tables), how they are drawn, and the drawings that are kept.

The web worker reads tables and kept drawings. `specs` and `drawing` import Altair and vl-convert (2 s, 140 MB): only
`manage.py draw`, a process of its own, may import them, and so they are not imported here.
"""

from timeline.charts.contributions import Contribution, contribution
from timeline.charts.kept import Chart, Picture
from timeline.charts.ladders import Ladder, Panel, ladder, ladder_of, rungs
from timeline.charts.starting import connect, start, start_after_commit

__all__ = [
    "Chart",
    "Contribution",
    "Ladder",
    "Panel",
    "Picture",
    "connect",
    "contribution",
    "ladder",
    "ladder_of",
    "rungs",
    "start",
    "start_after_commit",
]
