"""The reference head office: verify, store once, acknowledge, ask for what is missing."""
