"""The serial protocols as dialogues: what to ask, what the answers mean. Pure; the bytes are in drivers/bus/line.py.

Every file is one protocol and offers the same two: `speak(call)` asks step by step, `figures(frame, codes, dialect)`
tells what one frame says of the codes. `tongues.py` has a row for each.
"""
