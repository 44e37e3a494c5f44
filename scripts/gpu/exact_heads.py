"""exact_heads.py ROWS CLASSES - features.npy, head_a.npy and head_b.npy of small integers.

Their products are the same in whatever order they are summed, so that records of two engines can be
compared to the last count.
"""

import random
import sys

FEATURES = 64


def write(path, rows, columns, draw):
    values = b"".join(
        bytes((0, 0)) + draw.choice((b"\0\0", b"\x80\x3f", b"\0\x40", b"\x80\xbf", b"\x40\x40"))
        for _ in range(rows * columns)
    )
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, columns)
    header = header.ljust(117) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode()
                   + values)


def main():
    rows, classes = int(sys.argv[1]), int(sys.argv[2])
    draw = random.Random(1)
    write("features.npy", rows, FEATURES, draw)
    write("head_a.npy", classes, FEATURES, draw)
    write("head_b.npy", classes, FEATURES, draw)


if __name__ == "__main__":
    main()
