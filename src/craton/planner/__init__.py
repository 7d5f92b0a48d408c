"""What is to change: desired, prior and observed compared, and every change with its reason."""
