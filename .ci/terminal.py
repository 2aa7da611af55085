"""Runs a program on a pseudo-terminal until it has written a word, then presses q: `terminal.py WORD PROGRAM ...`.

Ends as the program does; with 1 where the word never came. Standard library only: the bare wheel has nothing else.
"""

import os
import pty
import select
import sys
import time

PATIENCE_S = 60
word, program = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm-256color"
    os.execv(program[0], program)
written, pressed, end = b"", False, time.monotonic() + PATIENCE_S
while time.monotonic() < end:
    if not select.select([terminal], [], [], 0.2)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # how Linux says that the program has gone
        break
    if not data:
        break
    written += data
    if word in written and not pressed:
        os.write(terminal, b"q")
        pressed = True
else:
    os.kill(pid, 9)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if pressed else 1)
