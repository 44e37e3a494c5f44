"""Plants mutants into the host code, one at a time, and sees whether the tests notice.

The next mutants are compiled while one is tried. It is tried on the tests that run the function it
is in (units.py): first those that come by its very line, quick ones before slow ones, so that most
are noticed within a second. See scripts/mutate_host.sh for use.
"""
import argparse
import bisect
import hashlib
import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mutants as m
import units as u
from place import Place

SHARE_ALLOWED = 0.05
FIRST_SECONDS = 1.0  # of processor time that the first tests of a mutant take; then twice as much
TESTS_AT_ONCE = 400  # names on a command line
WATCHED_SECONDS = 30.0 # of the tests that a survivor is asked again with, without the sanitizer


# ---- which tests ----

class Tests:
    """All units that pass on the code as it is, and which of them run a place."""

    def __init__(self, place: Place, programs: list, limit: float):
        self.units: list = []
        self.by_line: dict = {}  # of a file: of a line the numbers of the units
        failing, slow = [], []
        for program in programs:
            for unit in u.follow_program(place, program, limit):
                if not unit["passed"]:
                    whose = slow if unit["late"] else failing
                    whose.append(f"{unit['program']} {unit['test']}".rstrip())
                    continue
                for word in unit["lines"]:
                    file, _, line = word.rpartition(":")
                    lines = self.by_line.setdefault(file, {})
                    lines.setdefault(int(line), set()).add(len(self.units))
                self.units.append(unit)
        print(f"{len(self.units)} tests; left out, since they fail without any mutant: "
              f"{', '.join(failing) or 'none'}; since they take longer than {limit:g} s: "
              f"{', '.join(slow) or 'none'}", flush=True)

    def near(self, mutant: m.Mutant, source: str) -> tuple:
        """Units that come by the line, and the others that run the function."""
        begin, end = m.function_around(mutant, source)
        lines = self.by_line.get(mutant.file, {})
        within = sorted(line for line in lines if begin <= line <= end)
        if not within: # a function that no test runs, or that left no place: whoever is in the file
            return set().union(*lines.values()) if lines else set(), set()
        at = bisect.bisect_right(within, m.line_of(source, mutant.begin))
        of_line = lines[within[max(at - 1, 0)]]
        of_function = set().union(*(lines[line] for line in within))
        return of_line, of_function - of_line

    def cost(self, number: int, floor: str) -> float:
        unit = self.units[number]
        own = unit["program"].endswith(f"test_{floor}")
        return (0.01 + unit["seconds"]) * (0.2 if own else 1.0)

    def batches(self, numbers: set, floor: str) -> list:
        """(program, tests, seconds), in the order in which they are tried."""
        found, batch, seconds, most = [], {}, 0.0, FIRST_SECONDS
        for number in sorted(numbers, key=lambda n: self.cost(n, floor)):
            unit = self.units[number]
            if batch and seconds + unit["seconds"] > most:
                found += batch.values()
                batch, seconds, most = {}, 0.0, most * 2
            program, tests, took = batch.get(unit["program"], (unit["program"], [], 0.0))
            batch[unit["program"]] = (program, tests + [unit["test"]], took + unit["seconds"])
            seconds += unit["seconds"]
        found += batch.values()
        return [(program, tests[i:i + TESTS_AT_ONCE], took) for program, tests, took in found
                for i in range(0, len(tests), TESTS_AT_ONCE)]


def noticed(place: Place, made, program: str, names: list, seconds: float) -> str:
    """What notices the mutant that is in place, or nothing. What fails without the mutant too, now
    that it is asked (a test may lose patience on a busy machine), has not noticed."""
    while names:
        done = u.run(place, program, names, seconds, "tests", watched=made.watched)
        if done.passed:
            return ""
        suspects = [done.failed] if done.failed in names else names
        place.put(made.library, made.clean)
        fails_so = not u.run(place, program, suspects, seconds, "tests",
                             watched=made.watched).passed
        place.put(made.library, made.path)
        if not fails_so:
            return f"{program} {suspects[0] if len(suspects) == 1 else ''}".rstrip() + (
                " (stopped)" if done.late else "")
        print(f"fails without any mutant: {program} {' '.join(suspects)}", flush=True)
        names = [name for name in names if name not in suspects]
    return ""


def killer_of(place: Place, tests: Tests, mutant: m.Mutant, made) -> str:
    """What notices the mutant that is in place, or nothing."""
    floor = mutant.file.split("/")[1]
    spent = 0.0
    for numbers in tests.near(mutant, place.source[mutant.file]):
        for program, names, seconds in tests.batches(numbers, floor):
            spent += seconds
            if made.watched and (spent > WATCHED_SECONDS or not program.startswith("tests/")):
                continue
            killer = noticed(place, made, program, names, seconds)
            if killer:
                return f"{killer} (AddressSanitizer)" if made.watched else killer
    return ""


def find_killer(place: Place, tests: Tests, mutant: m.Mutant, made) -> str:
    """What survives is asked again under AddressSanitizer, which all tests run under as well (the
    debug build): only it sees one place read or written beyond an array."""
    killer = killer_of(place, tests, mutant, made)
    if killer:
        return killer
    watched = place.make_watched(mutant.file, m.apply(mutant, place.source[mutant.file]))
    if watched.state != "made":
        return ""
    place.put(watched.library, watched.path)
    return killer_of(place, tests, mutant, watched)


# ---- mutants ----

def can_run(file: str) -> bool:
    """Whether this processor has the instructions of a kernel."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return not (file.endswith("_avx512.c") and "avx512bw" not in flags or
                file.endswith("_avx2.c") and "avx2" not in flags or
                file.endswith("_neon.c") and "asimd" not in flags)


def draw(place: Place, seed: int, pattern: str) -> list:
    """Mutants in an order of the seed. The search for the module of the CUDA engine is left out:
    its tests compile the file a second time, as a build with CUDA has it."""
    pattern, _, line = pattern.partition(":")
    everything = []
    for file, source in place.source.items():
        if pattern in file and can_run(file) and file != "host/evaluate/cuda_plugin.c":
            everything += [mutant for mutant in m.mutants_of(file, source)
                           if not line or m.line_of(source, mutant.begin) == int(line)]
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


def mutant_of_block(place: Place, block: dict) -> m.Mutant:
    """Of a file, or of FILE:FUNCTION where more than one of its functions has the text."""
    file, _, function = block["@"].partition(":")
    source = place.source[file]
    begin = source.find(f" {function}(") if function else 0
    begin, end = (begin, source.find("\n}", begin)) if function else (0, len(source))
    at = [i for i in range(begin, end) if source.startswith(block["-"], i)] if begin >= 0 else []
    if len(at) != 1:
        sys.exit(f"mutate_host: {block['@']} has {len(at)} times: {block['-']}")
    return m.Mutant(file, at[0], at[0] + len(block["-"]), block.get("+", ""), "kept")


def shown(mutant: m.Mutant, source: str) -> str:
    before, after = m.lines_around(mutant, source)
    return (f"{mutant.file}:{m.line_of(source, mutant.begin)} ({mutant.rule})\n"
            f"    - {before}\n    + {after}")


def made_ahead(place: Place, mutants: list):
    """Each mutant with the library that holds it; the next is compiled while one is tried."""
    def make(number: int):
        mutant = mutants[number]
        return place.make(mutant.file, m.apply(mutant, place.source[mutant.file]),
                          f"slot_{number % 3}")

    with ThreadPoolExecutor(1) as pool:
        coming = []
        try:
            for number in range(len(mutants)):
                coming += [pool.submit(make, n) for n in range(number + len(coming),
                                                               min(number + 2, len(mutants)))]
                yield mutants[number], coming.pop(0).result()
        finally:
            for future in coming:
                future.cancel()


def try_made(place: Place, made, find) -> str:
    """same code, no C, "killed by ..." or survived."""
    if made.state != "made":
        return made.state
    place.put(made.library, made.path)
    try:
        killer = find()
    finally:
        place.put(made.library, None)
    return f"killed by {killer}" if killer else "survived"


class Tried:
    """What was found before with the same code: a sample may be tried in pieces, and again when
    tests were added. Noticed is noticed as long as the program that did is the same; a survivor is
    one of all the programs that it was tried on."""

    def __init__(self, place: Place, programs: list, limit: float):
        self.path = place.scratch / "tried.json"
        self.states = {program: u.state_of(place, program, limit) for program in programs}
        self.code = u.state_of(place, "")
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.found: dict = known["found"] if known.get("code") == self.code else {}

    def states_for(self, result: str) -> dict:
        if result.startswith("killed"):
            return {word: self.states.get(word) for word in result.split()[2:3]}
        return self.states if result == "survived" else {}

    def result_of(self, mutant: m.Mutant) -> str:
        result, states = self.found.get(" ".join(map(str, mutant)), ["", {}])
        return result if states == self.states_for(result) else ""

    def keep(self, mutant: m.Mutant, result: str) -> None:
        self.found[" ".join(map(str, mutant))] = [result, self.states_for(result)]
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps({"code": self.code, "found": self.found}))
        new.replace(self.path)


def run_sample(place: Place, programs: list, options) -> int:
    equivalent = {(b["@"], m.squeezed(b["-"]), m.squeezed(b["+"]))
                  for b in read_list(place.root / "tests/mutation/equivalent.txt")}
    counts = {"killed": 0, "survived": 0, "same code": 0, "no C": 0, "equivalent": 0}
    tests, survivors = Tests(place, programs, options.seconds), []
    begun = time.monotonic()
    tried_before = Tried(place, programs, options.seconds)
    drawn = draw(place, options.seed, options.file)
    left_out = {mutant for mutant in drawn
                if (mutant.file, *m.lines_around(mutant, place.source[mutant.file])) in equivalent}
    coming = made_ahead(place, [mutant for mutant in drawn if mutant not in left_out and
                                not tried_before.result_of(mutant)])
    for mutant in drawn:
        if counts["killed"] + counts["survived"] >= options.sample:
            break
        if options.minutes and time.monotonic() - begun > 60 * options.minutes:
            print("the time is over")
            break
        if mutant in left_out:
            counts["equivalent"] += 1
            continue
        result, since = tried_before.result_of(mutant), time.monotonic()
        if not result:
            same, made = next(coming)
            result = try_made(place, made, lambda: find_killer(place, tests, same, made))
            tried_before.keep(mutant, result)
        counts["killed" if result.startswith("killed") else result] += 1
        if result not in ("same code", "no C"):
            text = shown(mutant, place.source[mutant.file])
            print(f"{result} ({time.monotonic() - since:.1f} s): {text}", flush=True)
            survivors += [text] if result == "survived" else []
    coming.close()
    for survivor in survivors:
        print(f"SURVIVED {survivor}")
    tried = counts["killed"] + counts["survived"]
    print(f"seed {options.seed}: {tried} mutants, {counts['survived']} survived; not counted: "
          f"{counts['same code']} that compile to the same code, {counts['equivalent']} listed as "
          f"equivalent, {counts['no C']} that do not compile; {time.monotonic() - begun:.0f} s")
    return 1 if counts["survived"] > SHARE_ALLOWED * tried else 0


def run_kept(place: Place, programs: list, options) -> int:
    by_name = {program.split("/")[-1]: program for program in programs}
    missed = 0
    blocks = {}
    for block in read_list(place.root / "tests/mutation/kept.txt"):
        mutant = mutant_of_block(place, block)
        if options.file in mutant.file and can_run(mutant.file):
            blocks[mutant] = blocks.get(mutant, []) + [block["="]]
    for mutant, made in made_ahead(place, list(blocks)):
        for wanted in blocks[mutant]:
            name, _, filtered = wanted.partition(":")
            program = by_name.get(name, name)

            def find() -> str:
                return "" if u.run(place, program, [filtered], 120, "tests").passed else wanted

            result = try_made(place, made, find)
            if result.startswith("killed") and find():
                result = f"{wanted} fails without any mutant"
            print(f"{result}: {shown(mutant, place.source[mutant.file])}", flush=True)
            missed += not result.startswith("killed")
    print(f"{missed} of the kept mutants are not noticed by the test that is named with them")
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutate_host.sh")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0, help="begin no mutant after them")
    parser.add_argument("--file", default="", help="only files whose path holds this text, of "
                        "TEXT:LINE only this line")
    parser.add_argument("--tests", default="", help="only programs whose name holds one of these "
                        "words: more survive")
    parser.add_argument("--seconds", type=float, default=1800, help="only tests that take no "
                        "longer, of processor time, while they are followed: more survive")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="tests that are "
                        "followed at a time")
    parser.add_argument("--kept", action="store_true", help="those of tests/mutation/kept.txt")
    options = parser.parse_args()
    place = Place(Path(__file__).resolve().parents[2], options.jobs)
    place.scratch.mkdir(parents=True, exist_ok=True)
    words = options.tests.split(",")
    others = ["golden", *(["python"] if place.python else []), "differential"]
    programs = place.prepare(words) + [name for name in others
                                       if any(word in name for word in words)]
    return (run_kept if options.kept else run_sample)(place, programs, options)


if __name__ == "__main__":
    sys.exit(main())
