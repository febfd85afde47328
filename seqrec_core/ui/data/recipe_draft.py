"""Steps of cleaning that are switched but not done yet: a note of the session, by dataset, that can be undone."""

from dataclasses import dataclass, replace

import streamlit as st

from seqrec_core.data.steps.types import Step, with_steps

STATE = "data_recipe_draft"


@dataclass(frozen=True)
class RecipeDraft:
    """What is to become of the steps of a dataset.

    Args:
        dataset: id.
        history: the steps as they are, and after each change; at least one.
        changes: how often anything was changed or undone, so that widgets show it.
    """

    dataset: str
    history: tuple[tuple[Step, ...], ...]
    changes: int = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that are wanted."""
        return self.history[-1]

    @property
    def is_changed(self) -> bool:
        """Whether they differ from those of the dataset."""
        return self.steps != self.history[0]


def current(dataset: str, steps: tuple[Step, ...]) -> RecipeDraft:
    """Return the draft of this dataset; its own steps where there is none."""
    draft: RecipeDraft | None = st.session_state.get(STATE)
    if draft is None or draft.dataset != dataset or draft.history[0] != steps:
        draft = RecipeDraft(dataset, (steps,))
        st.session_state[STATE] = draft
    return draft


def put(steps: tuple[Step, ...]) -> None:
    """Want these steps."""
    draft: RecipeDraft = st.session_state[STATE]
    st.session_state[STATE] = replace(draft, history=(*draft.history, steps), changes=draft.changes + 1)


def switch(step: Step, on: bool) -> None:
    """Switch a step on or off."""
    steps = st.session_state[STATE].steps
    put(with_steps(steps, add=[step]) if on else with_steps(steps, without=[step.name]))


def undo() -> None:
    """Take the last change back."""
    draft: RecipeDraft = st.session_state[STATE]
    st.session_state[STATE] = replace(draft, history=draft.history[:-1] or draft.history, changes=draft.changes + 1)


def clear() -> None:
    """Want the steps that are there."""
    draft: RecipeDraft | None = st.session_state.get(STATE)
    if draft is None:
        return
    st.session_state[STATE] = replace(draft, history=draft.history[:1], changes=draft.changes + 1)


def with_step(draft: RecipeDraft, step: Step) -> tuple[Step, ...]:
    """Return the wanted steps with one more, or with other settings of one."""
    return with_steps(draft.steps, add=[step])
