#!/bin/bash
# run.sh PROGRAM FOLDER - runs the lines that errors advise (advice_test.py): with the libraries
# that python3 has, one file for each kind; with REASSESS_LONG=1 all files, in two virtual
# environments that are made in FOLDER, one with NumPy 1 and one with NumPy 2 and PyTorch.
set -u
here=$(cd "$(dirname "$0")" && pwd)
table=$here/../../host/formats/convert_advice.def
export PYTHONDONTWRITEBYTECODE=1

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo 'advice: there is no Python 3.9 or later'
    exit 77
fi
if [ "${REASSESS_LONG:-0}" != 1 ]; then
    python=python3
    python3 -c 'import numpy' 2>/dev/null || ! /usr/bin/python3 -c 'import numpy' 2>/dev/null ||
        python=/usr/bin/python3
    exec "$python" "$here/advice_test.py" "$1" "$table"
fi

# try PROGRAM FOLDER NAME WITHOUT PACKAGE... - all files in an environment with these packages.
try() {
    local venv=$2/$3 without=$4
    local program=$1
    shift 4
    if [ ! -e "$venv/made" ]; then
        python3 -m venv --clear "$venv" &&
            "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" &&
            touch "$venv/made" || return 77
    fi
    REASSESS_ADVICE_WITHOUT=$without \
        "$venv/bin/python" "$here/advice_test.py" "$program" "$table" --all
}

worst=0
try "$1" "$2" numpy1 torch 'numpy==1.26.*' 'pyarrow<20' pandas h5py scipy || worst=$?
try "$1" "$2" numpy2 '' 'numpy>=2' pyarrow pandas h5py scipy torch
of_second=$?
for status in $worst $of_second; do
    case $status in
        0) ;;
        77) echo 'advice: an environment could not be made; its files are skipped' ;;
        *) exit 1 ;;
    esac
done
[ "$worst" = 0 ] || [ "$of_second" = 0 ] || exit 77
