"""An AWS Organization over HTTP on this machine, to rehearse everything on. Refuses what it lacks."""
