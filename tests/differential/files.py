"""Models as pipelines leave them: bytes of every format and type, and the values they hold."""
import io
import json
import math
import struct
import zipfile

FLOATS = {"f16": ("<e", "<f2", "F16"), "f32": ("<f", "<f4", "F32"), "f64": ("<d", "<f8", "F64"),
          "bf16": ("", "<V2", "BF16")}
INTEGERS = {"i8": ("<b", "|i1"), "u8": ("<B", "|u1"), "i16": ("<h", "<i2"), "i32": ("<i", "<i4"),
            "i64": ("<q", "<i8"), "u16": ("<H", "<u2"), "i32_big": (">i", ">i4")}


def bf16_bits(value):
    """Cut, not rounded; a NaN keeps being one."""
    bits = struct.unpack("<I", struct.pack("<f", value))[0] >> 16
    return bits | 1 if math.isnan(value) else bits


def encode(dtype, value):
    if dtype == "bf16":
        return struct.pack("<H", bf16_bits(value))
    try:
        return struct.pack(FLOATS[dtype][0], value)
    except OverflowError: # beyond the largest half
        return struct.pack(FLOATS[dtype][0], math.copysign(math.inf, value))


def decode(dtype, data):
    if dtype == "bf16":
        return struct.unpack("<f", b"\0\0" + data)[0]
    return struct.unpack(FLOATS[dtype][0], data)[0]


def rounded(dtype, rows):
    """The values that a file of this type holds."""
    return [[decode(dtype, encode(dtype, value)) for value in row] for row in rows]


def npy(descr, shape, payload, fortran=False, version=1):
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (descr, fortran, shape)
    start = 10 if version == 1 else 12
    header += " " * (-(start + len(header) + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + payload


def float_npy(dtype, rows, columns, fortran=False, version=1):
    order = [value for row in rows for value in row]
    if fortran:
        order = [row[c] for c in range(columns) for row in rows]
    return npy(FLOATS[dtype][1], (len(rows), columns), b"".join(encode(dtype, v) for v in order),
               fortran, version)


def archive(members, packed):
    out = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", kind) as zipped:
        for name, data in members:
            zipped.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
    return out.getvalue()


def safetensors(dtype, rows, columns):
    payload = b"".join(encode(dtype, value) for row in rows for value in row)
    header = json.dumps({"__metadata__": {"format": "pt"}, "logits": {
        "dtype": FLOATS[dtype][2], "shape": [len(rows), columns],
        "data_offsets": [0, len(payload)]}}).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + payload


def raw(dtype, rows):
    return b"".join(encode(dtype, value) for row in rows for value in row)


def integer_npy(kind, rows, columns, flat):
    code, descr = INTEGERS[kind]
    payload = b"".join(struct.pack(code, value) for row in rows for value in row)
    return npy(descr, "(%d,)" % len(rows) if flat else (len(rows), columns), payload)


def csv(rows):
    """A line for each prediction, the most probable not first in the file."""
    lines = ["file_name,predicted_class,predicted_probability"]
    for image, row in enumerate(rows):
        for k in reversed(range(len(row))):
            lines.append("val/ILSVRC2012_val_%08d.JPEG,%d,%.6f" %
                         (image + 1, row[k], 0.9 / (k + 1)))
    return ("\n".join(lines) + "\n").encode()
