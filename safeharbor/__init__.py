"""safeharbor: a de-identification linter for referral posts."""
