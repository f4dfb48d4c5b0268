"""Whole-process times against helm: both in turn in one run, medians, ratios."""
