"""Detection: the rules run by Presidio over a spaCy pipeline, each hit with whose detail it is."""
