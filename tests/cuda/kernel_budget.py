#!/usr/bin/env python3
"""kernel_budget.py MODULE BUDGET [ARCH...] - reassess_cuda.so is held to its budget.

Registers, local and shared memory of every kernel and architecture as cuobjdump reports them, and
the 16-byte loads in the machine code (one architecture unless more are named): a row that fits
into registers is loaded once, in 16-byte pieces. Needs cuobjdump and nvdisasm on the PATH (CUDA
toolkit, or `scripts/deps.sh test`). Exit status 1 when a kernel is over budget, missing, or not in
the budget; 77 without those tools.
"""
import collections
import re
import shutil
import subprocess
import sys

RESERVED_SHARED = 1024  # kept by the system from compute capability 8.0 on, and reported
ROW = re.compile(r"rs_row_kernelI(9rs_mappedI)?\d+rs_type_(b?f16|f32|f64)E?"
                 r"Li(\d+)ELb([01])ELb([01])E")

LIBRARY = re.compile(r"thrust|cub")  # kernels of CCCL, which sort: not ours to budget


def kernel_name(symbol):
    row = ROW.search(symbol)
    if row:
        mapped, dtype, vectors, tiled, calibration = row.groups()
        return ".".join([dtype, vectors, "tiled" if tiled == "1" else "whole",
                         "calibration" if calibration == "1" else "plain"]
                        + (["map"] if mapped else []))
    for name in ("list", "widen", "bias", "gather", "losses", "weights", "answers",
                 "average", "average_softmax", "pairs"):
        if f"rs_{name}_kernel" in symbol:
            # a template of averages, whose last argument says whether there is a class map
            return name + (".map" if re.search(r"average\w*Lb1E", symbol) else "")
    return symbol


def read_budget(path):
    budget = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, registers, shared, loads = line.split()
                budget[name] = (int(registers), int(shared), None if loads == "-" else int(loads))
    return budget


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_resources(module, budget):
    wrong, seen = [], collections.defaultdict(set)
    arch = name = ""
    for line in run("cuobjdump", "--dump-resource-usage", module).splitlines():
        if found := re.search(r"arch = (sm_\d+)", line):
            arch = found.group(1)
        elif found := re.search(r"Function (\S+):", line):
            name = kernel_name(found.group(1))
        elif LIBRARY.search(name):
            continue
        elif found := re.search(r"REG:(\d+) STACK:(\d+) SHARED:(\d+) LOCAL:(\d+)", line):
            registers, stack, shared, local = map(int, found.groups())
            seen[arch].add(name)
            where = f"{arch} {name}"
            if name not in budget:
                wrong.append(f"{where}: not in the budget")
                continue
            if shared >= RESERVED_SHARED and shared not in (budget[name][1],):
                shared -= RESERVED_SHARED
            if registers > budget[name][0]:
                wrong.append(f"{where}: {registers} registers, {budget[name][0]} are allowed")
            if shared > budget[name][1]:
                wrong.append(f"{where}: {shared} bytes shared, {budget[name][1]} are allowed")
            if stack or local:
                wrong.append(f"{where}: {stack} bytes of stack, {local} of local memory")
    for arch, names in sorted(seen.items()):
        wrong += [f"{arch} {name}: missing" for name in sorted(set(budget) - names)]
        print(f"{arch}: {len(names)} kernels")
    if not seen:
        wrong.append("no machine code was found")
    return wrong, sorted(seen)


def check_loads(module, budget, arch):
    wrong, loads, local = [], collections.Counter(), collections.Counter()
    name = ""
    for line in run("cuobjdump", "-sass", "-arch", arch, module).splitlines():
        if found := re.search(r"Function : (\S+)", line):
            name = kernel_name(found.group(1))
            loads[name] += 0
        elif re.search(r"\bLDG\S*\.128\b", line):
            loads[name] += 1
        elif re.search(r"\b(LDL|STL)\b", line) and not LIBRARY.search(name):
            local[name] += 1
    for name, count in sorted(loads.items()):
        wanted = budget.get(name, (0, 0, None))[2]
        if wanted is not None and count != wanted:
            wrong.append(f"{arch} {name}: {count} loads of 16 bytes, {wanted} are one read")
        if local[name]:
            wrong.append(f"{arch} {name}: {local[name]} accesses of local memory")
    print(f"{arch}: loads of {len(loads)} kernels counted")
    return wrong


def main():
    missing = [tool for tool in ("cuobjdump", "nvdisasm") if shutil.which(tool) is None]
    if missing:
        print(f"skipped: no {' and no '.join(missing)}; scripts/deps.sh test installs them")
        return 77
    module, budget = sys.argv[1], read_budget(sys.argv[2])
    wrong, archs = check_resources(module, budget)
    for arch in sys.argv[3:] or archs[:1]:
        wrong += check_loads(module, budget, arch)
    print("\n".join(wrong) if wrong else "every kernel is inside its budget")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
