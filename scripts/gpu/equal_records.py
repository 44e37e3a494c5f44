"""equal_records.py NAME A B - whether records of two engines are the same, line by line.

All but `timing` and `engine` is compared; counts exactly, other numbers to 1e-6 of the larger one,
as sums of exponentials may differ in their last digits.
"""

import json
import sys


def differences(a, b, at):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if at or key not in ("timing", "engine"):
                yield from differences(a.get(key), b.get(key), at + "/" + key)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b)):
            yield from differences(left, right, "%s/%d" % (at, i))
    elif isinstance(a, float) and isinstance(b, float):
        if abs(a - b) > 1e-6 * max(abs(a), abs(b)):
            yield "%s: %r and %r" % (at, a, b)
    elif a != b or type(a) is not type(b):
        yield "%s: %r and %r" % (at, a, b)


def main():
    name, *paths = sys.argv[1:]
    first, second = ([json.loads(line) for line in open(path)] for path in paths)
    found = [] if len(first) == len(second) > 0 else ["%d and %d records"
                                                      % (len(first), len(second))]
    for number, (a, b) in enumerate(zip(first, second)):
        if (a["engine"]["name"], b["engine"]["name"]) != ("cpu", "cuda"):
            found.append("engines %r and %r" % (a["engine"]["name"], b["engine"]["name"]))
        found += ["record %d%s" % (number, text) for text in differences(a, b, "")]
    for text in found[:5]:
        print("%s: %s" % (name, text))
    if not found:
        print("%s: %d records equal" % (name, len(first)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
