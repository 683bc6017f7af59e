"""The serial protocols as dialogues: what to ask a device, what its answers mean. Pure; drivers/line.py has the bytes.

Every file is one protocol and offers the same two: `speak(call)` asks step by step, `figures(frame, codes, dialect)`
tells what one frame says of the codes. `tongues.py` has a row for each.
"""
