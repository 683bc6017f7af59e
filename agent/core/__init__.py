"""Pure decisions: no clock, no file, no socket, no asyncio, no randomness. step(state, event, now) → (state, effects)."""
