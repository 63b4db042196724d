"""Build-time helpers: they make the shipped tables and are never imported by the linter."""
