"""The gas balance: what came in, what went out, what is in store; what the difference may mean, and what drifts."""
