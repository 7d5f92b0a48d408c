"""Recorded calls against the policies in force and candidates: joins the lake and the simulator."""
