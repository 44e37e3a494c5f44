#!/usr/bin/env python3
"""every_test.py BUILD... - every test of GoogleTest has run in one of these builds.

scripts/test.sh runs some tests in one of its two builds only (scripts/selection.sh), and some skip
themselves under a sanitizer: each choice is right only where the other build runs what is left. The
programs that ctest has in the builds are asked which tests they hold, and what they wrote to ran/
of the build says which have run. A test that skips itself because of a sanitizer has not; one that
skips for another reason (no real data, no browser) is counted. The exit status is 1 with a line for
every test that no build has run.
"""
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

# What tests say that leave themselves out under a sanitizer, by the macros of tests/support.
SANITIZER = "by the optimised build", "sanitizers take memory"


def programs(build):
    """Program: the folders of its results, of all that ctest runs of it in parts."""
    shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                           capture_output=True, encoding="utf-8").stdout
    found = {}
    for test in json.loads(shown)["tests"]:
        for variable in (word for one in test.get("properties", []) if one["name"] == "ENVIRONMENT"
                         for word in one["value"]):
            if variable.startswith("GTEST_OUTPUT=xml:"):
                found.setdefault(test["command"][0], []).append(variable.split(":", 1)[1])
    return found


def listed(program):
    """The tests that a program holds."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GTEST_")}
    lines = subprocess.run([program, "--gtest_list_tests"], check=True, capture_output=True,
                           encoding="utf-8", env=environment).stdout.splitlines()
    suite, names = "", set()
    for line in lines:
        name = line.split("#")[0].strip()
        if not line.startswith(" "):
            suite = name if name.endswith(".") else ""
        elif suite and not name.startswith("DISABLED_"):
            names.add(suite + name)
    return names


def results(path):
    """(test, "" or why it was skipped) of what a part of a program has run."""
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.get("status") != "run" or case.get("result") == "suppressed":
            continue
        skipped = case.find("skipped")
        why = "" if skipped is None else skipped.get("message") or skipped.text or "skipped"
        yield f"{case.get('classname')}.{case.get('name')}", why


def main():
    there, ran, skipped, left = {}, set(), set(), set()
    for build in sys.argv[1:]:
        for program, paths in programs(build).items():
            floor = os.path.basename(program)
            there.setdefault(floor, set()).update(listed(program))
            for path in filter(os.path.exists, paths):
                for test, why in results(Path(path)):
                    kind = ran if not why else left if any(s in why for s in SANITIZER) else skipped
                    kind.add((floor, test))
    all_tests = {(floor, test) for floor, tests in there.items() for test in tests}
    never = sorted(all_tests - ran - (skipped - left))
    for floor, test in never:
        print(f"no build has run {test} of {floor}")
    print(f"{len(all_tests)} tests: {len(all_tests & ran)} have run in one of "
          f"{len(sys.argv) - 1} builds or more, {len(all_tests - ran) - len(never)} were skipped "
          f"for want of something, {len(never)} have run nowhere")
    return 1 if never or not all_tests else 0


if __name__ == "__main__":
    sys.exit(main())
