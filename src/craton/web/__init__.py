"""The dashboard: pages rendered on the server, one file a page in `pages/`."""
