#!/usr/bin/env python3
"""Prints host/base/width_ranges.inc: which characters take no column of a terminal, and which two.

    python3 -m venv reference && reference/bin/pip install wcwidth
    reference/bin/python tests/base/width_ranges.py > host/base/width_ranges.inc

Surrogates and controls are not asked about: no text that is shown holds them.
"""
import wcwidth


def ranges(columns):
    found = []
    for code in list(range(0xa0, 0xd800)) + list(range(0xe000, 0x110000)):
        if wcwidth.wcwidth(chr(code)) != columns:
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def table(name, columns):
    cells = ["{0x%x, 0x%x}," % tuple(pair) for pair in ranges(columns)]
    lines = [" " * 3]
    for cell in cells:
        if len(lines[-1]) + 1 + len(cell) > 100:
            lines.append(" " * 3)
        lines[-1] += " " + cell
    print("static const code_range %s[] = {" % name)
    print("\n".join(lines))
    print("};")


print("/* Made by tests/base/width_ranges.py: wcwidth %s, Unicode %s. */"
      % (wcwidth.__version__, wcwidth.list_versions()[-1]))
table("no_column", 0)
table("two_columns", 2)
