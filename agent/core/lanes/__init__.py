"""The two lanes to head office: facts, of which none is lost, and traces, whose losses are told."""
