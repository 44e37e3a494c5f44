#!/bin/bash
# check_layers.sh [TREE] - holds the floors of the house: a folder may include only those above it.
#
# Prints FILE:LINE: REASON for every breach and fails when there is one:
#   - host/FLOOR includes a floor below it in the list, or one that is not in the list
#   - include/ includes anything of host/ (it may include itself and the system's headers)
#   - an include is written relative to the file ("error.h", "../base/error.h")
#   - a file of host/, cuda/ or include/ is longer than 500 lines or has a line over 100 columns
#   - other code has a line over 100 columns: tests, benchmarks, scripts, Python, CMake, examples;
#     not what programs print or make (golden pages, corpora, data, tables of references)
#   - two files there have one name, one include guard, or a struct, union or enum rs_... of one
#     name
#   - files of one floor include each other in a circle, a header and its source taken as one
#   - code of the product says bf16 (of floating types the one whose name is nothing else) in a file
#     that CONTRIBUTING.md does not list: types are made from tables
#   - docs/CUDA.md names a file of cuda/ nowhere in its tour, or one there that is none, or does not
#     say a symbol that the module exports
set -u
export LC_ALL=C.UTF-8

tree=${1:-$(dirname "$0")/../..}
cd "$tree" || exit 2

readarray -d '' -t files < <(find host cuda include -type f \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.cu' -o -name '*.cuh' \) -print0 2>/dev/null |
    sort -z)
if [ "${#files[@]}" -eq 0 ]; then
    echo "check_layers: no sources under $tree" >&2
    exit 2
fi

awk '
BEGIN {
    count = split("base formats labels tally engine cuda evaluate analyse relabel fit report " \
                  "sweep flat synth cli", floors, " ")
    for (i = 1; i <= count; i++) {
        height[floors[i]] = i
    }
}
function breach(line, reason) {
    printf "%s:%d: %s\n", FILENAME, line, reason
    breaches++
}
function hold_unique(kind, name) {
    if ((kind, name) in first_at) {
        breach(FNR, kind " " name " is there twice, first in " first_at[kind, name])
    } else {
        first_at[kind, name] = FILENAME
    }
}
# A header and its source are one unit: "cuda/ring" of cuda/ring.h and cuda/ring.c.
function unit_of(path) {
    sub(/^host\//, "", path)
    sub(/\.[a-z]+$/, "", path)
    return path
}
# Goes on to all that a unit includes; `way` is how it was reached.
function walk(unit, way,    i, count, next_unit) {
    state[unit] = "entered"
    count = split(includes[unit], next_unit, " ")
    for (i = 1; i <= count; i++) {
        if (state[next_unit[i]] == "entered") {
            sub("^.* " next_unit[i] " ", next_unit[i] " ", way)
            printf "%s: files include each other in a circle: %s %s\n", file_of[unit], \
                way, next_unit[i]
            breaches++
        } else if (state[next_unit[i]] == "") {
            walk(next_unit[i], way " " next_unit[i])
        }
    }
    state[unit] = "left"
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
    guarded = 0
    name = FILENAME
    sub(/^.*\//, "", name)
    hold_unique("the file", name)
    units[++unit_count] = unit_of(FILENAME)
    file_of[unit_of(FILENAME)] = FILENAME
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
/^#ifndef / && !guarded && FILENAME ~ /h$/ {
    guarded = 1
    hold_unique("the include guard", $2)
}
/^[^=(;]*\{/ && match($0, /(struct|union|enum) (class )?rs_[a-z0-9_]+/) {
    tag = substr($0, RSTART, RLENGTH)
    sub(/^.* /, "", tag)
    hold_unique("the tag", tag)
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    path = $0
    sub(/^[^"]*"/, "", path)
    sub(/".*/, "", path)
    split(path, step, "/")
    if (step[1] == floor && unit_of(path) != unit_of(FILENAME)) {
        includes[unit_of(FILENAME)] = includes[unit_of(FILENAME)] " " unit_of(path)
    }
    generated = path ~ /^(build_info|engine_abi|command_rows)\.h$/
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
    for (i = 1; i <= unit_count; i++) {
        if (state[units[i]] == "") {
            walk(units[i], units[i])
        }
    }
    exit breaches > 0
}' "${files[@]}"
status=$?

find_other_code() {
    find bench cmake cuda docs/examples python scripts tests CMakeLists.txt \
        \( -path tests/golden/kept -o -path tests/golden/cases -o -path tests/fuzz/corpus -o \
        -name data -o -name build -o -name '.*' -o -name '*_reference.inc' \) -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.cc' -o -name '*.cu' -o -name '*.cuh' -o -name '*.inc' -o \
        -name '*.sh' -o -name '*.py' -o -name '*.cmake' -o -name CMakeLists.txt \) \
        ! -path 'cuda/*.[ch]*' -print0 2>/dev/null
}
# shellcheck disable=SC2016 # of awk
find_other_code | sort -z | xargs -0 -r awk '
length($0) > 100 {
    printf "%s:%d: the line has %d columns, 100 are allowed\n", FILENAME, FNR, length($0)
    breaches++
}
END { exit breaches > 0 }' || status=1

# Comments apart.
# shellcheck disable=SC2016 # of awk
find_types() {
    find host cuda include python/reassess -type f ! -name '*.pyc' -print0 2>/dev/null | sort -z |
        xargs -0 -r awk '
FNR == 1 { comment = 0 }
{
    gsub(/\/\*[^*]*\*\//, "")
    if (comment && sub(/^.*\*\//, "")) { comment = 0 }
    opened = sub(/\/\*.*/, "")
}
!comment && tolower($0) ~ /bf16|bfloat16/ { print FILENAME; nextfile }
opened { comment = 1 }'
}
if [ -f CONTRIBUTING.md ]; then
    for file in $(find_types); do
        grep -qF "\`$file\`" CONTRIBUTING.md && continue
        printf '%s: says bf16, and CONTRIBUTING.md does not list it among those of a type\n' "$file"
        status=1
    done
fi

# The tour of docs/CUDA.md: lines of a table that begin with names of files.
tour() {
    # shellcheck disable=SC2016 # marks of Markdown, not of the shell
    grep -E '^\| `[a-zA-Z0-9_]+\.(c|h|cu|cuh|txt)`' docs/CUDA.md
}
breach() {
    printf 'docs/CUDA.md: %s\n' "$1"
    status=1
}
if [ -d cuda ]; then
    for file in cuda/*; do
        grep -qF "\`${file#cuda/}\`" <<<"$(tour)" || breach "the tour does not name ${file#cuda/}"
    done
    for name in $(tour | cut -d'|' -f2 | tr -d '`'); do
        [ -e "cuda/$name" ] || breach "the tour names $name, which is not in cuda/"
    done
    for symbol in $(sed -n 's/.*{ global: \(.*\); local: .*/\1/p' cuda/CMakeLists.txt |
        tr -d ';'); do
        grep -qF "\`$symbol\`" <<<"$(tour)" ||
            breach "the tour does not say that $symbol is exported"
    done
fi
exit "$status"
