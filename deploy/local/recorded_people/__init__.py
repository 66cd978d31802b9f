"""Recorded people of a rehearsal: they type where officers would, over HTTP and files only."""
