"""The tests that mutants are tried on, and which places of the code each of them runs.

A unit is one test of a program, a golden page, the corpus of a fuzz target or the differential.
Each is run once by itself on libraries that write down where they have been (cover.c). What a unit
has not been near, it cannot notice. Kept in build/mutation until the code or the tests change.
"""
import hashlib
import json
import os
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
WITHOUT_LIMIT = 1800.0


class Unit(NamedTuple):
    program: str  # a test program seen from the build, "golden" or "differential"
    test: str     # of a test program as --gtest_filter has it, of "golden" a page; may be empty


def command_for(place: Place, program: str, tests: list) -> list:
    if program == "golden":
        return ["bash", str(place.root / "scripts/golden.sh"), "--check",
                str(place.build / "reassess"), *[test for test in tests if test]]
    if program == "differential":
        return [sys.executable, "-B", str(place.root / "tests/differential/eval_differential.py"),
                "--cases", str(DIFFERENTIAL_CASES), str(place.build / "reassess")]
    name = program.split("/")[-1]
    if name.startswith("replay_"):
        corpus = place.root / "tests/fuzz/corpus" / name[len("replay_"):]
        return [str(place.build / program), str(corpus)]
    filtered = [f"--gtest_filter={':'.join(tests)}"] if any(tests) else []
    return [str(place.build / program), "--gtest_brief=1", "--gtest_fail_fast", *filtered]


class Outcome(NamedTuple):
    passed: bool
    late: bool     # it was stopped
    seconds: float


def run(place: Place, program: str, tests: list, limit: float, slot: str,
        maps: str = "") -> Outcome:
    """A loop without end is stopped by the processor time it takes, which a busy machine does not
    make longer; one that waits, by the clock."""
    folder = place.scratch / f"run_{slot}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ, TMPDIR=str(folder))
    if maps:
        environment["RS_COVER_MAP"] = maps

    def limit_resources() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(5 + 4 * limit), int(6 + 4 * limit)))
        resource.setrlimit(resource.RLIMIT_DATA, (6 * GIB, 6 * GIB))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * GIB, 64 * GIB))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    begun = time.monotonic()
    child = subprocess.Popen(command_for(place, program, tests), cwd=folder, env=environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True,
                             preexec_fn=limit_resources)
    late, code = False, -1
    try:
        code = child.wait(120 + 20 * limit)
    except subprocess.TimeoutExpired:
        late = True
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    late = late or code in (-signal.SIGXCPU, -signal.SIGKILL)
    return Outcome(code == 0 or (code == 77 and program == "golden"), late,
                   time.monotonic() - begun)


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
    if program == "differential" or "/replay_" in program:
        return [Unit(program, "")]
    return [Unit(program, test) for test in tests_of(place, program)]


# ---- where they go ----

def build_covered(place: Place) -> None:
    """The libraries that write down where they are in the files that mutants are drawn from."""
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

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compile_one, [file for file in place.compile if place.pattern in file]))
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


def follow(place: Place, unit: Unit, maps: Path) -> dict:
    """What a unit takes, whether it passes, and where it goes."""
    maps.mkdir(parents=True, exist_ok=True)
    for library in LIBRARIES:
        (maps / library).unlink(missing_ok=True)
        with open(maps / library, "wb") as file:
            file.truncate(MAP_BYTES)
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(place, unit.program, [unit.test], WITHOUT_LIMIT, maps.name, str(maps))
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime
    return {"program": unit.program, "test": unit.test, "passed": done.passed, "seconds": took,
            "places": {library: places_in(maps / library) for library in LIBRARIES}}


def state_of(place: Place, program: str) -> str:
    """Changes when what a program is, or what it tests, does."""
    seen = hashlib.sha256()
    for word in (Path(__file__).read_text(), os.environ.get("REASSESS_DATA", ""), place.pattern):
        seen.update(f"{len(word)} {word}".encode())
    paths = [place.root / file for file in place.source]
    paths += sorted(place.root.glob("host/**/*.h")) + sorted(place.root.glob("include/**/*.h"))
    if program in ("golden", "differential"):
        paths += sorted(path for path in place.root.glob(f"tests/{program}/**/*") if path.is_file())
    elif program:
        paths.append(place.build / program)
    for path in paths:
        seen.update(path.read_bytes())
    return seen.hexdigest()


def follow_program(place: Place, program: str) -> list:
    """Units of one program, each with where it goes as "FILE:LINE" words."""
    kept = place.scratch / "followed" / (program.replace("/", "_") + ".json")
    state = state_of(place, program)
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
        units = [follow(place, unit, place.scratch / "covered/maps")
                 for unit in units_of(place, program)]
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
