"""The tables of commands, one for each noun."""
