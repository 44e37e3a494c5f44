#!/bin/bash
# mutate_host.sh [--sample N] [--seed S] [--file TEXT] [--quick] | --kept [--file TEXT]
#
# How much the tests notice: changes the C files of host/ in N places (200) drawn by a seed (1), one
# place at a time, and runs the tests against each change until one fails. Lists those that none
# notices; fails when they are more than 5 in 100. --file takes the places from files whose path
# holds a text. --kept plants the mutants of tests/mutation/kept.txt instead, which survived once:
# the test that is named with each has to fail. --quick runs the tests of the file's own floor, the
# golden pages and the differential only, in minutes; what survives these may be noticed by others.
#
# Which changes: tests/mutation/mutants.py. In which order tests run: tests/mutation/run.py. Changes
# that no test can notice: tests/mutation/equivalent.txt, with reasons. Works on a copy in
# build/mutation.
set -u
cd "$(dirname "$0")/.." || exit 2

for tool in python3 cmake ninja strip; do
    command -v "$tool" >/dev/null || {
        echo "mutate_host: there is no $tool" >&2
        exit 77
    }
done
exec python3 -B tests/mutation/run.py "$@"
