"""The command line: parse, call the Client, print. Nothing else prints or exits.

`options.py` and `commands.py` are the tables; `parse.py` reads command lines by them, `page.py`
and `app.py` make the help of them, `complete.py` what shells offer; `run.py` ties it together; the
other modules have the commands, one file per noun.
"""
