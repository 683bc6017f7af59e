"""Pure decisions: no clock, no file, no socket, no task, no chance. step(state, event, now) → (state, effects)."""
