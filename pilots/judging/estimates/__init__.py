"""One estimate a criterion: the difference, turned so that plus is better, with the intervals that decide."""
