"""The command line: parse, call the Client, print. Nothing else prints or exits.

`options.py` and `commands.py` are the tables; `parse.py` reads command lines by them, `app.py`
makes the typer app of them for help and completion; `run.py` ties it together; the other modules
have the commands, one file per noun.
"""
