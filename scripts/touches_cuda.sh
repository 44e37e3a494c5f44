#!/bin/bash
# touches_cuda.sh BASE [TREE] - whether what changed since the commit BASE, committed or not, can
# change what the tests of the CUDA engine itself show: those on the executor and of machine code,
# but not those that run the program (tests/cuda/program).
#
# Prints the first such file and ends with 0; with 1 where there is none. What it does not know
# counts, and so does a BASE that git does not have. tests/selection holds the list below.
set -u
export LC_ALL=C.UTF-8

# Floors that stand on the engine, and what no code of it is compiled from. docs/CUDA.md is no part
# of it: a test holds its list of ranges.
apart_floors='report|sweep|flat|cli'
apart="^(host/($apart_floors)/"
apart+="|tests/($apart_floors|advice|commit|differential|durable|golden|headers|install|labels"
apart+='|layers|mutation|page|plugin|python|selection|slurm|fuzz)/'
apart+='|docs/([^C]|C[^U])|python/|host/[a-z]+/README[.]md$|cuda/README[.]md$|[^/]*[.]md$|LICENSE$'
apart+='|scripts/golden[.]sh$|scripts/slurm/)'

if [ "${1:-}" = --apart ]; then # for its test
    echo "$apart_floors"
    exit
fi
cd "${2:-.}" || exit 2
if [ -z "${1:-}" ]; then
    echo 'no commit to compare with'
    exit
fi
changed=$(git diff --name-only --no-renames "$1" -- 2>/dev/null) || {
    echo "no commit '$1'"
    exit 0
}
{
    printf '%s\n' "$changed"
    git ls-files --others --exclude-standard
} | grep -v '^$' | grep -vE -m 1 "$apart"
