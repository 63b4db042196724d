"""Risk: about how many people fit what a post reveals, and what to change first."""
