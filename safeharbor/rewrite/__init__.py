"""Rewriting: from what a draft says to a request for a counselor that says nothing of a person."""
