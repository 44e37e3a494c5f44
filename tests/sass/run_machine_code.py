#!/usr/bin/env python3
"""run_machine_code.py PROGRAM FOLDER ARCH BINARY... - executes the machine code of row kernels.

Takes the kernels of compute capability ARCH (90) out of the binaries (reassess_cuda.so, or objects
that nvcc made), has cuobjdump write them down in FOLDER, and runs PROGRAM, the tests linked with
the interpreter, on them. Which of them: GTEST_FILTER. Exit status 77 without cuobjdump and nvdisasm
(CUDA toolkit, or `scripts/deps.sh test`).
"""
import os
import re
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KERNELS = re.compile(r"\b(row_kernel_[a-z0-9_]+)\.(?:\S*\.)?sm_(\d+)\.cubin")
BANK_2 = ".nv.constant2."


def extract(binary: str, arch: str, folder: Path) -> list[Path]:
    """The machine code of the row kernels in a binary, as files in the folder."""
    names = subprocess.run(
        ["cuobjdump", "-lelf", "-arch", f"sm_{arch}", binary],
        check=True, capture_output=True, text=True,
    ).stdout
    found = []
    for name in (match for match in KERNELS.finditer(names) if match.group(2) == arch):
        subprocess.run(["cuobjdump", "-xelf", name.group(0), "-arch", f"sm_{arch}", binary],
                       check=True, cwd=folder, stdout=subprocess.DEVNULL)
        found.append(folder / name.group(0))
    return found


def constants_of(cubin: bytes) -> list[tuple[str, bytes]]:
    """What is in bank 2 of each function: its ELF sections, which cuobjdump -sass leaves out."""
    table, = struct.unpack_from("<Q", cubin, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", cubin, 0x3a)
    sections = [struct.unpack_from("<IIQQQQ", cubin, table + i * size) for i in range(count)]
    names = sections[names_at][4]
    found = []
    for name_at, _, _, _, begin, length in sections:
        end = cubin.index(b"\0", names + name_at)
        name = cubin[names + name_at:end].decode()
        if name.startswith(BANK_2):
            found.append((name[len(BANK_2):], cubin[begin:begin + length]))
    return found


def write_listing(cubin: Path) -> None:
    kernel = KERNELS.search(cubin.name)
    assert kernel is not None
    with (cubin.parent / f"{kernel.group(1)}.sass").open("w", encoding="utf-8") as listing:
        subprocess.run(["cuobjdump", "-sass", str(cubin)], check=True, stdout=listing)
    lines = [f"{symbol} {data.hex()}\n" for symbol, data in constants_of(cubin.read_bytes())]
    constants = cubin.parent / f"{kernel.group(1)}.constants"
    constants.write_text("".join(lines), encoding="utf-8")


def main() -> int:
    program, given, arch, *binaries = sys.argv[1:]
    missing = [tool for tool in ("cuobjdump", "nvdisasm") if shutil.which(tool) is None]
    if missing:
        print(f"skipped: no {' and no '.join(missing)}; scripts/deps.sh test installs them")
        return 77
    folder = Path(given)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cubins = []
    for binary in binaries:
        cubins += extract(os.path.abspath(binary), arch, folder)
    if not cubins:
        print(f"no machine code of row kernels for sm_{arch} in {' '.join(binaries)}")
        return 1
    with ThreadPoolExecutor() as pool:
        list(pool.map(write_listing, cubins))
    environment = {**os.environ, "SASS_LISTINGS": str(folder), "SASS_ARCH": arch}
    return subprocess.run([program], check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
