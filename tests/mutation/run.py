"""Plants mutants into the host code, one at a time, and sees whether the tests notice.

Works on a copy of the tree in build/mutation, so that a run that is killed leaves nothing behind.
What a mutant costs: its object and the programs that link it are built, then the tests of its floor
run, the golden pages and the differential, which are quick and see the whole program, the tests of
the floors that stand on it, the commands' tests, and what is left; the first that fails ends it.
See scripts/mutate_host.sh for use.
"""
import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import mutants as m

FLOORS = ["base", "formats", "labels", "tally", "engine", "evaluate", "analyse", "relabel",
          "report", "sweep", "synth", "cli"]
GIB = 1 << 30
SHARE_ALLOWED = 0.05
DIFFERENTIAL_CASES = 400  # of each mutant: a change of a number shows in the first tens


class Place:
    """The copy of the tree and what is built from it."""

    def __init__(self, root: Path, quick: bool):
        self.root, self.tree, self.quick = root, root / "build/mutation/tree", quick
        # where builds of other trees are, seen from the tree: compiler caches may know it
        self.build, self.scratch = self.tree / "build/release", root / "build/mutation/scratch"
        self.seconds = {}  # of a program on the code as it is
        self.clean = {}    # hash of the object of a file as it is

    def copy_tree(self) -> None:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=self.root, check=True,
                                capture_output=True).stdout.decode().split("\0")
        files = {name for name in listed if name and (self.root / name).is_file()}
        for old in [p for p in self.tree.rglob("*") if p.is_file()]:
            if str(old.relative_to(self.tree)) not in files and self.build not in old.parents:
                old.unlink()
        for name in files:
            source, copy = self.root / name, self.tree / name
            if not copy.exists() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)

    def configure(self) -> None:
        run_quietly(["cmake", "--preset", "release", "-B", str(self.build),
                     "-DREASSESS_CUDA=OFF"], self.tree)

    def make(self, *targets: str) -> bool:
        made = subprocess.run(["ninja", "-C", str(self.build), *targets], capture_output=True,
                              check=False)
        return made.returncode == 0

    def object_hash(self, file: str) -> str:
        bare = self.scratch / "bare.o"
        run_quietly(["strip", "-g", "-o", str(bare), str(self.build / object_target(file))],
                    self.root)
        return hashlib.sha256(bare.read_bytes()).hexdigest()


def run_quietly(command: list, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"mutate_host: {' '.join(command)}\n{done.stdout.decode()}{done.stderr.decode()}")


def object_target(file: str) -> str:
    target = "reassess_objects"
    if file.startswith("host/cli/"):
        target = "reassess" if file.endswith("/main.c") else "reassess_cli"
    return f"CMakeFiles/{target}.dir/{file}.o"


# ---- tests ----

def programs_for(place: Place, file: str) -> list:
    """What is run against a mutant of `file`, in this order, by what it costs and notices."""
    floor = file.split("/")[1]
    order = (["test_durable"] if floor == "cli" else [f"test_{floor}"]) + ["golden", "differential"]
    if place.quick:
        return order
    order += [f"test_{name}" for name in FLOORS[FLOORS.index(floor) + 1:-1]]
    order += ["test_cli", "test_plugin"] + (["test_durable"] if floor != "cli" else [])
    replays = sorted(p.name[:-len("_fuzz.c")] for p in (place.tree / "tests/fuzz").glob("*_fuzz.c"))
    return order + [f"replay_{name}" for name in replays]


def command_for(place: Place, program: str, filtered: str) -> list:
    tests = place.build / "tests"
    if program == "golden":
        return ["bash", str(place.tree / "scripts/golden.sh"), "--check",
                str(place.build / "reassess")]
    if program == "differential":
        return [sys.executable, "-B", str(place.tree / "tests/differential/eval_differential.py"),
                "--cases", str(DIFFERENTIAL_CASES), str(place.build / "reassess")]
    if program.startswith("replay_"):
        return [str(tests / "fuzz" / program),
                str(place.tree / "tests/fuzz/corpus" / program[len("replay_"):])]
    folder = {"test_engine": "engine/", "test_durable": "durable/", "test_plugin": "plugin/"}
    command = [str(tests / (folder.get(program, "") + program)), "--gtest_brief=1",
               "--gtest_fail_fast"]
    return command + ([f"--gtest_filter={filtered}"] if filtered else [])


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (6 * GIB, 6 * GIB))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * GIB, 64 * GIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def passes(place: Place, program: str, seconds: float, filtered: str = "") -> bool:
    folder = place.scratch / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ, TMPDIR=str(folder))
    child = subprocess.Popen(command_for(place, program, filtered), cwd=folder, env=environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True,
                             preexec_fn=limit_resources)
    try:
        return child.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()


def build_for(place: Place, program: str) -> bool:
    return place.make("reassess" if program in ("golden", "differential") else program)


def measure_clean(place: Place, wanted: str) -> None:
    """How long tests take on the code as it is; what fails there can tell nothing."""
    program, _, filtered = wanted.partition(":")
    if not build_for(place, program):
        sys.exit(f"mutate_host: {program} does not build")
    begun = time.monotonic()
    if not passes(place, program, 3600, filtered):
        sys.exit(f"mutate_host: {wanted} fails without any mutant")
    place.seconds[wanted] = time.monotonic() - begun


def killer_of(place: Place, path: Path, texts: tuple, tests: list) -> str:
    """The first of the tests that notices that a file has the second text and not the first."""
    for wanted in tests:
        program, _, filtered = wanted.partition(":")
        if wanted not in place.seconds:
            path.write_text(texts[0])
            measure_clean(place, wanted)
            path.write_text(texts[1])
        if not build_for(place, program):
            sys.exit(f"mutate_host: {program} does not link")
        if not passes(place, program, 60 + 4 * place.seconds[wanted], filtered):
            return program
    return ""


# ---- mutants ----

def try_mutant(place: Place, mutant: m.Mutant, wanted: str = "") -> str:
    """killed by ..., survived, same code, or no C."""
    path = place.tree / mutant.file
    source = path.read_text()
    tests = [wanted] if wanted else programs_for(place, mutant.file)
    if mutant.file not in place.clean:
        if not place.make(object_target(mutant.file)):
            sys.exit(f"mutate_host: {mutant.file} does not compile")
        place.clean[mutant.file] = place.object_hash(mutant.file)
    path.write_text(m.apply(mutant, source))
    try:
        if not place.make(object_target(mutant.file)):
            return "no C"
        if place.object_hash(mutant.file) == place.clean[mutant.file]:
            return "same code"
        killer = killer_of(place, path, (source, m.apply(mutant, source)), tests)
        return f"killed by {killer}" if killer else "survived"
    finally:
        path.write_text(source)


def can_run(file: str) -> bool:
    """Whether this processor has the instructions of a kernel."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return not (file.endswith("_avx512.c") and "avx512bw" not in flags or
                file.endswith("_avx2.c") and "avx2" not in flags or
                file.endswith("_neon.c") and "asimd" not in flags)


def draw(root: Path, seed: int, pattern: str) -> list:
    everything = []
    for path in sorted(root.glob("host/*/*.c")):
        file = str(path.relative_to(root))
        if pattern in file and can_run(file):
            everything += m.mutants_of(file, path.read_text())
    random.Random(seed).shuffle(everything)
    return everything


def read_list(path: Path) -> list:
    """Blocks of a file, the line as it is, as it becomes, and what is said of it."""
    blocks, block = [], {}
    for line in path.read_text().splitlines() + [""]:
        if line and not line.startswith("#"):
            mark, _, text = line.partition(" ")
            block[mark] = (block[mark] + " " + text) if mark == "=" and mark in block else text
        elif block:
            blocks.append(block)
            block = {}
    return blocks


def mutant_of_block(root: Path, block: dict) -> m.Mutant:
    source = (root / block["@"]).read_text()
    at = [i for i in range(len(source)) if source.startswith(block["-"], i)]
    if len(at) != 1:
        sys.exit(f"mutate_host: {block['@']} has {len(at)} times: {block['-']}")
    return m.Mutant(block["@"], at[0], at[0] + len(block["-"]), block.get("+", ""), "kept")


def shown(mutant: m.Mutant, source: str) -> str:
    before, after = m.lines_around(mutant, source)
    return (f"{mutant.file}:{m.line_of(source, mutant.begin)} ({mutant.rule})\n"
            f"    - {before}\n    + {after}")


def run_sample(place: Place, options) -> int:
    equivalent = {(b["@"], m.squeezed(b["-"]), m.squeezed(b["+"]))
                  for b in read_list(place.root / "tests/mutation/equivalent.txt")}
    counts = {"killed": 0, "survived": 0, "same code": 0, "no C": 0, "equivalent": 0}
    survivors = []
    for mutant in draw(place.tree, options.seed, options.file):
        if counts["killed"] + counts["survived"] >= options.sample:
            break
        source = (place.tree / mutant.file).read_text()
        if (mutant.file, *m.lines_around(mutant, source)) in equivalent:
            counts["equivalent"] += 1
            continue
        begun = time.monotonic()
        result = try_mutant(place, mutant)
        counts["killed" if result.startswith("killed") else result] += 1
        if result.startswith("killed") or result == "survived":
            print(f"{result} ({time.monotonic() - begun:.0f} s): {shown(mutant, source)}",
                  flush=True)
        if result == "survived":
            survivors.append(shown(mutant, source))
    for survivor in survivors:
        print(f"SURVIVED {survivor}")
    tried = counts["killed"] + counts["survived"]
    print(f"seed {options.seed}: {tried} mutants, {counts['survived']} survived; not counted: "
          f"{counts['same code']} that compile to the same code, {counts['equivalent']} listed as "
          f"equivalent, {counts['no C']} that do not compile")
    return 1 if counts["survived"] > SHARE_ALLOWED * tried else 0


def run_kept(place: Place, options) -> int:
    missed = 0
    for block in read_list(place.root / "tests/mutation/kept.txt"):
        mutant = mutant_of_block(place.root, block)
        if options.file not in mutant.file or not can_run(mutant.file):
            continue
        result = try_mutant(place, mutant, block["="])
        print(f"{result}: {shown(mutant, (place.root / mutant.file).read_text())}", flush=True)
        missed += not result.startswith("killed")
    print(f"{missed} of the kept mutants are not noticed by the test that is named with them")
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutate_host.sh")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="", help="only files whose path holds this text")
    parser.add_argument("--kept", action="store_true", help="those of tests/mutation/kept.txt")
    parser.add_argument("--quick", action="store_true", help="fewer tests: more survive")
    options = parser.parse_args()
    place = Place(Path(__file__).resolve().parents[2], options.quick)
    place.scratch.mkdir(parents=True, exist_ok=True)
    place.copy_tree()
    place.configure()
    return run_kept(place, options) if options.kept else run_sample(place, options)


if __name__ == "__main__":
    sys.exit(main())
