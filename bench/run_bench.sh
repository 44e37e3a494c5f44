#!/bin/bash
# run_bench.sh [OPTIONS] - measures reassess, its kernels and its peers side by side in one run.
#
# Needs a build (default build/release, with -D REASSESS_BENCH=ON for the kernels) and, for the
# peers, bench/install_peers.sh. Peers that are missing are left out. Options: see --help.
set -eu
cd "$(dirname "$0")/.."

python=/usr/bin/python3 # where Debian's packages are
[ -x "$python" ] || python=$(command -v python3) || {
    echo 'run_bench: needs python3' >&2
    exit 1
}
exec "$python" bench/run_bench.py "$@"
