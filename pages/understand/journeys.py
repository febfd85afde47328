"""Journeys: where do people go, and where do we lose them?"""

from seqrec_core.ui import context, errors, frame, journeys_view

now = context.current()
frame.need_people(now)
with errors.shown():
    journeys_view.draw(journeys_view.room(now))
