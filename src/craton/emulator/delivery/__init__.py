"""What services hand to each other behind a call: log events, records, messages, copies of objects."""
