"""Log bytes to typed records: every transport, every kind of damage. Pure; knows no Arrow."""
