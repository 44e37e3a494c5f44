#!/bin/bash
# check_layers.sh [TREE] - holds the floors of the house: a folder may include only those above it.
#
# Prints FILE:LINE: REASON for every breach and fails when there is one:
#   - host/FLOOR includes a floor below it in the list, or one that is not in the list
#   - include/ includes anything of host/ (it may include itself and the system's headers)
#   - an include is written relative to the file ("error.h", "../base/error.h")
#   - a file of host/, cuda/ or include/ is longer than 500 lines or has a line over 100 columns
set -u
export LC_ALL=C.UTF-8

tree=${1:-$(dirname "$0")/../..}
cd "$tree" || exit 2

readarray -d '' -t files < <(find host cuda include -type f \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.cu' -o -name '*.cuh' \) -print0 2>/dev/null | sort -z)
if [ "${#files[@]}" -eq 0 ]; then
    echo "check_layers: no sources under $tree" >&2
    exit 2
fi

awk '
BEGIN {
    count = split("base formats labels tally engine cuda evaluate analyse relabel report sweep " \
                  "synth cli", floors, " ")
    for (i = 1; i <= count; i++) {
        height[floors[i]] = i
    }
}
function breach(line, reason) {
    printf "%s:%d: %s\n", FILENAME, line, reason
    breaches++
}
function check_length() {
    if (lines > 500) {
        printf "%s:501: the file has %d lines, 500 are allowed\n", file, lines
        breaches++
    }
}
FNR == 1 {
    check_length()
    file = FILENAME
    split(FILENAME, part, "/")
    floor = part[1] == "host" ? part[2] : part[1]
    if (floor != "include" && !(floor in height)) {
        breach(1, "host/" floor " is not a floor of the house")
    }
}
{
    lines = FNR
    if (length($0) > 100) {
        breach(FNR, "the line has " length($0) " columns, 100 are allowed")
    }
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    path = $0
    sub(/^[^"]*"/, "", path)
    sub(/".*/, "", path)
    split(path, step, "/")
    generated = path == "build_info.h" || path == "engine_abi.h" || path == "slurm_scripts.h"
    if (generated || step[1] == "reassess") {
        if (floor == "include" && generated) {
            breach(FNR, "include/ may not include the private " path)
        }
    } else if (floor == "include") {
        breach(FNR, "include/ may not include the private " path)
    } else if (path !~ /\// || step[1] == ".." || step[1] == ".") {
        breach(FNR, "write \"" path "\" with its folder, as \"base/error.h\"")
    } else if (!(step[1] in height)) {
        breach(FNR, "\"" path "\" is on no floor of the house")
    } else if (floor in height && height[step[1]] > height[floor]) {
        breach(FNR, floor " may not include " step[1] ", which stands on it (\"" path "\")")
    }
}
END {
    check_length()
    exit breaches > 0
}' "${files[@]}"
