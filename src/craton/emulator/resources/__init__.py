"""One module for each resource type of CloudFormation: how it is made, read back, changed and removed."""
