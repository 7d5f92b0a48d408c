"""Decides requests as IAM and Organizations do, without asking AWS. Pure: no I/O, no clock."""
