#!/bin/bash
# run.sh LIBRARY PROGRAM VENV - the tests of the Python package, in a virtual environment of their
# own.
#
# NumPy, PyTorch and JAX are those of REASSESS_PYTHON, or of the first of python3 and
# /usr/bin/python3 that has NumPy; with REASSESS_LONG=1 NumPy is had by pip where neither has it.
# What is not there is skipped, and said.
set -u
here=$(cd "$(dirname "$0")" && pwd)
REASSESS_LIBRARY=$1
REASSESS_PROGRAM=$2
venv=$3
export REASSESS_LIBRARY REASSESS_PROGRAM
export PYTHONPATH=$here/../../python:$here PYTHONDONTWRITEBYTECODE=1

base=${REASSESS_PYTHON:-}
for python in python3 /usr/bin/python3; do
    [ -z "$base" ] && "$python" -c 'import numpy' 2>/dev/null && base=$python
done
base=${base:-python3}
if ! "$base" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo 'python: there is no Python 3.9 or later'
    exit 77
fi
if [ ! -x "$venv/bin/python" ]; then
    "$base" -m venv --system-site-packages "$venv" 2>/dev/null ||
        "$base" -m venv --system-site-packages --without-pip "$venv" || exit 1
fi
if ! "$venv/bin/python" -c 'import numpy' 2>/dev/null; then
    [ "${REASSESS_LONG:-0}" = 1 ] &&
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy ||
        echo 'python: NumPy is not there (scripts/deps.sh test); its tests are skipped'
fi
"$venv/bin/python" -W ignore::UserWarning -m unittest discover -v -s "$here" 2>&1
