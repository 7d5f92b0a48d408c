"""What is seen of an account: its metrics and alarms, the events of its calls, and who hears of them."""
