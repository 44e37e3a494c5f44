"""The tests that mutants are tried on, and which places of the code each of them runs.

A unit is one test of a program, a golden page, the corpus of a fuzz target, a file of the Python
package's tests or the differential.
Each is run once by itself on libraries that write down where they have been (cover.c). What a unit
has not been near, it cannot notice. Kept in build/mutation until the code or the tests change.
"""
import hashlib
import json
import os
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from place import LIBRARIES, Place, run_quietly

GIB = 1 << 30
MAP_BYTES = 1 << 24        # cover.c has it too
DIFFERENTIAL_CASES = 400   # a change of a number shows in the first tens
LOOK_SECONDS = 5.0
IDLE_SECONDS = 120.0       # longer than any test sleeps
IDLE_SHARE = 0.02          # of one processor
ASAN = run_quietly(["cc", "-print-file-name=libasan.so"], Path.cwd()).strip()
FAILED = re.compile(r"^\[  FAILED  \] ([^\s,]+)", re.M)


class Unit(NamedTuple):
    program: str  # a test program seen from the build, "golden", "python" or "differential"
    test: str     # of a test program as --gtest_filter has it, of "golden" a page, of "python" a
                  # module; may be empty


def command_for(place: Place, program: str, tests: list) -> list:
    if program == "golden":
        return ["bash", str(place.root / "scripts/golden.sh"), "--check",
                str(place.build / "reassess"), *[test for test in tests if test]]
    if program == "differential":
        return [sys.executable, "-B", str(place.root / "tests/differential/eval_differential.py"),
                "--cases", str(DIFFERENTIAL_CASES), str(place.build / "reassess")]
    if program == "python":
        return [place.python, "-B", "-W", "ignore", "-m", "unittest", "-f",
                *[test for test in tests if test]]
    name = program.split("/")[-1]
    if name.startswith("replay_"):
        corpus = place.root / "tests/fuzz/corpus" / name[len("replay_"):]
        return [str(place.build / program), str(corpus)]
    filtered = [f"--gtest_filter={':'.join(tests)}"] if any(tests) else []
    return [str(place.build / program), "--gtest_brief=1", "--gtest_fail_fast", *filtered]


class Outcome(NamedTuple):
    passed: bool
    late: bool     # it was stopped
    failed: str    # the first test that failed, where the program says so
    seconds: float # of processor time


def seen_of(session: int) -> tuple:
    """Processor time that the processes of a session have taken, and whether one of them would go
    on (it runs, waits for a processor, or for a disk)."""
    ticks, busy = 0, False
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError: # it has ended meanwhile
            continue
        if int(words[3]) == session:
            ticks += sum(int(word) for word in words[11:15])
            busy = busy or words[0] in "RD"
    return ticks, busy


def wait_for(child: subprocess.Popen) -> tuple:
    """Whether it ends, and the processor time that it took. One that waits for what never comes is
    told by that nothing of it wants a processor, or takes more of one than looking whether it has
    come: a busy machine makes everything late, but nothing idle."""
    begun = looked = idle_since = time.monotonic()
    before = 0
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        now = time.monotonic()
        if pid != 0:
            child.returncode = os.waitstatus_to_exitcode(status)
            return True, used.ru_utime + used.ru_stime
        if now - looked > LOOK_SECONDS:
            ticks, busy = seen_of(child.pid)
            if busy or ticks - before > IDLE_SHARE * (now - looked) * os.sysconf("SC_CLK_TCK"):
                idle_since = now
            before, looked = ticks, now
        if now - idle_since > IDLE_SECONDS:
            return False, 0.0
        time.sleep(min(0.25, 0.005 + (now - begun) / 20))


def run(place: Place, program: str, tests: list, limit: float, slot: str,
        maps: str = "", watched: bool = False) -> Outcome:
    """A loop without end is stopped by the processor time it takes, which a busy machine does not
    make longer. `watched`: with AddressSanitizer, whose shadow is data as well."""
    folder = place.scratch / f"run_{slot}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ, TMPDIR=str(folder))
    if program == "python": # which opens by its path what the others are linked with
        environment.update(REASSESS_LIBRARY=str(place.build / "libreassess.so"),
                           REASSESS_PROGRAM=str(place.build / "reassess"),
                           PYTHONPATH=f"{place.root}/python:{place.root}/tests/python")
    if maps:
        environment["RS_COVER_MAP"] = maps
    if watched:
        environment.update(LD_PRELOAD=ASAN, ASAN_OPTIONS="detect_leaks=0:verify_asan_link_order=0")

    def limit_resources() -> None:
        if maps: # for children that clear their environment
            link = place.scratch / "covered/maps" / str(os.getpid())
            link.unlink(missing_ok=True)
            link.symlink_to(maps)
        most = limit if maps else 5 + 4 * limit
        resource.setrlimit(resource.RLIMIT_CPU, (int(most), int(most) + 1))
        if not watched:
            resource.setrlimit(resource.RLIMIT_DATA, (6 * GIB, 6 * GIB))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * GIB, 64 * GIB))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    told = place.scratch / f"told_{slot}"
    with open(told, "wb") as out:
        child = subprocess.Popen(command_for(place, program, tests), cwd=folder, env=environment,
                                 stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.DEVNULL, start_new_session=True,
                                 preexec_fn=limit_resources)
    ended, took = False, 0.0
    try:
        ended, took = wait_for(child)
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        code = child.wait()
        if maps:
            (place.scratch / "covered/maps" / str(child.pid)).unlink(missing_ok=True)
    late = not ended or code in (-signal.SIGXCPU, -signal.SIGKILL)
    failed = FAILED.search(told.read_text(errors="replace"))
    return Outcome(code == 0 or (code == 77 and program == "golden"), late,
                   failed[1] if failed else "", took)


# ---- what there is ----

def tests_of(place: Place, program: str) -> list:
    listed = run_quietly([str(place.build / program), "--gtest_list_tests"], place.build)
    suite, tests = "", []
    for line in listed.splitlines():
        name = line.split("#")[0].strip()
        if not line.startswith(" "):
            suite = name
        elif "DISABLED_" not in suite + name:
            tests.append(suite + name)
    return tests


def units_of(place: Place, program: str) -> list:
    if program == "golden":
        pages = sorted(path.stem for path in place.root.glob("tests/golden/cases/*.md"))
        return [Unit(program, page) for page in pages]
    if program == "python":
        return [Unit(program, path.stem)
                for path in sorted(place.root.glob("tests/python/test_*.py"))]
    if program == "differential" or "/replay_" in program:
        return [Unit(program, "")]
    return [Unit(program, test) for test in tests_of(place, program)]


# ---- where they go ----

def build_covered(place: Place) -> None:
    """The libraries that write down where they are."""
    folder = place.scratch / "covered"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "maps").mkdir(exist_ok=True)
    made: dict = {library: {} for library in LIBRARIES}

    def compile_one(file: str) -> None:
        path = folder / (file.replace("/", "_") + ".o")
        # what is inlined would have no places of its own
        if not place.compile_to(file, place.root / file, path, "-O1", "-fno-inline", "-g1",
                                "-fsanitize-coverage=trace-pc"):
            sys.exit(f"mutate_host: {file} does not compile with -fsanitize-coverage=trace-pc")
        made[place.library_of(file)][place.object_of(file)] = path

    with ThreadPoolExecutor(place.jobs) as pool:
        list(pool.map(compile_one, place.compile))
    for library in LIBRARIES:
        runtime = folder / f"cover_{library}.o"
        run_quietly(["cc", "-O2", "-fPIC", f'-DCOVER_MAP="{folder}/maps"',
                     f'-DCOVER_NAME="{library}"', "-c", "-o", str(runtime),
                     str(place.root / "tests/mutation/cover.c")], place.root)
        place.link_to(library, made[library], folder / library, str(runtime))


def lines_of_places(place: Place, library: str, offsets: list) -> dict:
    """Of each offset the file and the line, seen from the root, that is compiled there."""
    asked = "".join(f"{offset - 1:#x}\n" for offset in offsets)
    done = subprocess.run(["addr2line", "-e", str(place.scratch / "covered" / library)],
                          input=asked.encode(), capture_output=True, check=True)
    found = {}
    for offset, line in zip(offsets, done.stdout.decode().splitlines()):
        path, _, number = line.split(" (")[0].rpartition(":")
        file = os.path.relpath(os.path.join(place.build, path), place.root)
        if file.startswith("host/") and number.isdigit():
            found[offset] = f"{file}:{number}"
    return found


def places_in(path: Path) -> list:
    data, found, at = path.read_bytes(), [], 0
    while (at := data.find(b"\1", at)) >= 0:
        found.append(at)
        at += 1
    return found


def follow(place: Place, unit: Unit, slot: str, limit: float) -> dict:
    """What a unit takes, whether it passes, and where it goes."""
    maps = place.scratch / "covered/maps" / slot
    maps.mkdir(parents=True, exist_ok=True)
    for library in LIBRARIES:
        (maps / library).unlink(missing_ok=True)
        with open(maps / library, "wb") as file:
            file.truncate(MAP_BYTES)
    done = run(place, unit.program, [unit.test], limit, slot, str(maps))
    return {"program": unit.program, "test": unit.test, "passed": done.passed, "late": done.late,
            "seconds": done.seconds,
            "places": {library: places_in(maps / library) for library in LIBRARIES}}


def follow_all(place: Place, units: list, limit: float) -> list:
    """`jobs` at a time. A second time where one failed: if it fails again it is left out."""
    free: queue.SimpleQueue = queue.SimpleQueue()

    def follow_one(unit: Unit) -> dict:
        slot = free.get()
        try:
            followed = follow(place, unit, slot, limit)
            again = not (followed["passed"] or followed["late"])
            return follow(place, unit, slot, limit) if again else followed
        finally:
            free.put(slot)

    for number in range(place.jobs):
        free.put(f"maps_{number}")
    with ThreadPoolExecutor(place.jobs) as pool:
        return list(pool.map(follow_one, units))


def state_of(place: Place, program: str, limit: float = 0) -> str:
    """Changes when what a program is, or what it tests, does."""
    seen = hashlib.sha256()
    for word in (Path(__file__).read_text(), os.environ.get("REASSESS_DATA", ""), str(limit)):
        seen.update(f"{len(word)} {word}".encode())
    paths = [place.root / file for file in place.source]
    paths += sorted(place.root.glob("host/**/*.h")) + sorted(place.root.glob("include/**/*.h"))
    if program in ("golden", "differential", "python"):
        paths += sorted(path for path in place.root.glob(f"tests/{program}/**/*") if path.is_file())
        paths += sorted(place.root.glob("python/**/*.py")) if program == "python" else []
    elif program:
        paths.append(place.build / program)
    for path in paths:
        seen.update(path.read_bytes())
    return seen.hexdigest()


def follow_program(place: Place, program: str, limit: float) -> list:
    """Units of one program, each with where it goes as "FILE:LINE" words."""
    kept = place.scratch / "followed" / (program.replace("/", "_") + ".json")
    state = state_of(place, program, limit)
    if kept.exists():
        known = json.loads(kept.read_text())
        if known["state"] == state:
            return known["units"]
    built = place.scratch / "covered/state"
    if not built.exists() or built.read_text() != state_of(place, ""):
        build_covered(place)
        built.write_text(state_of(place, ""))
    for library in LIBRARIES:
        place.put(library, place.scratch / "covered" / library)
    try:
        units = follow_all(place, units_of(place, program), limit)
    finally:
        for library in LIBRARIES:
            place.put(library, None)
    for library in LIBRARIES:
        offsets = sorted({at for unit in units for at in unit["places"][library]})
        lines = lines_of_places(place, library, offsets)
        for unit in units:
            unit.setdefault("lines", []).extend(
                sorted({lines[at] for at in unit["places"][library] if at in lines}))
    for unit in units:
        del unit["places"]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"state": state, "units": units}))
    print(f"{program}: {len(units)} tests, {sum(u['seconds'] for u in units):.0f} s of processor "
          "time", flush=True)
    return units
