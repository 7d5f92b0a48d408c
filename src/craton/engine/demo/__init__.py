"""An invented organization and ninety days of its traffic, in the true shapes, without AWS."""
