"""One module for each AWS service: which operations are vouched for, and those that moto lacks."""
