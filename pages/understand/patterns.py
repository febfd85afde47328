"""Patterns: which sequences repeat, and which precede success?"""

from seqrec_core.ui import context, errors, frame
from seqrec_core.ui.patterns import room as patterns_room
from seqrec_core.ui.patterns import view as patterns_view

now = context.current()
frame.need_people(now)
with errors.shown():
    patterns_view.draw(patterns_room.open_room(now))
