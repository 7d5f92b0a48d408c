"""CloudFormation: templates, their functions and order, and what a stack does with them."""
