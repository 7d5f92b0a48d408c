"""State machines: what a definition in the Amazon States Language does, state by state."""
