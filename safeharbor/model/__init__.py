"""The language model: names, places, clues and whose they are, read in prose by a small encoder."""
