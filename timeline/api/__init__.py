"""The read-only API: every kind of record and part by pages, the timeline with its filters, and what has changed."""
