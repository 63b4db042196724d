"""Rendering: reports as text for a person or a machine. Text of a draft appears only where it was asked for."""
