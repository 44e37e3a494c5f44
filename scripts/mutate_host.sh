#!/bin/bash
# mutate_host.sh [--sample N] [--seed S] [--minutes M] [--file TEXT[:LINE]] [--tests W,W,...]
#                [--seconds S] [--jobs N] | --kept [--file TEXT]
#
# How much the tests notice: changes the C files of host/ in N places (200) drawn by a seed (1), one
# place at a time, and runs the tests that come by that place until one fails. Lists those that none
# notices; fails when they are more than 5 in 100. --minutes begins no mutant after that time, which
# makes the sample smaller: the same call goes on where it ended, since what was found with the same
# code and tests is kept. --file takes the places from files whose path holds a text, or from one
# line of them; --tests W,W,... only programs whose names hold one of these words, --seconds only
# tests that take no longer, which more mutants survive. --jobs is how many tests are followed at a
# time. REASSESS_TEST_OBJECTS: a build whose test code is linked instead of compiled again, of the
# same commit. --kept plants the mutants of tests/mutation/kept.txt instead, which survived
# once: the test that is named with each has to fail.
#
# Which changes: tests/mutation/mutants.py, but for what tests/mutation/unseen.txt names. How they
# are built: tests/mutation/place.py. Which tests are run: tests/mutation/units.py, which takes
# minutes the first time and whenever code has changed. What survives is asked again under
# AddressSanitizer. Changes that no test can notice: tests/mutation/equivalent.txt, with reasons.
# Works in build/exchange and build/mutation; sources and tests are left as they are meanwhile.
set -u
cd "$(dirname "$0")/.." || exit 2

for tool in python3 cmake ninja strip addr2line; do
    command -v "$tool" >/dev/null || {
        echo "mutate_host: there is no $tool" >&2
        exit 77
    }
done
exec python3 -B tests/mutation/run.py "$@"
