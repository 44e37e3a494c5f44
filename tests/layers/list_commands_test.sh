#!/bin/bash
# list_commands_test.sh [CMAKE] - the rows that cmake/Commands.cmake makes of texts of commands, and
# that it says which text it can make none of.
set -u

cmake=${1:-cmake}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
{
    echo 'cmake_policy(VERSION 3.22)'
    printf 'include("%s/cmake/Commands.cmake")\n' "$root"
    printf 'file(GLOB texts "%s/*.txt")\n' "$folder"
    # shellcheck disable=SC2016 # a variable of CMake
    printf 'reassess_list_commands("%s/rows.h" ${texts})\n' "$folder"
} >"$folder/list.cmake"

# expect TEXT: what it says on an error, or what it makes, holds TEXT
expect() {
    local said
    said=$("$cmake" -P "$folder/list.cmake" 2>&1 && cat "$folder/rows.h")
    if [[ $(tr -s ' \n' ' ' <<<"$said") != *"$1"* ]]; then
        printf 'expected "%s" in:\n%s\n' "$1" "$said"
        failures=$((failures + 1))
    fi
}

printf 'order: 020\nsummary: a; b, c\nusage: [x|y [z]] [-o FILE]\n\nA text.\n' >"$folder/one.txt"
printf 'order: 010\nsummary: d\nusage:\n\nA text.\n' >"$folder/two.txt"
expect 'RS_COMMAND(TWO, two, "d", "") RS_COMMAND(ONE, one, "a; b, c", "[x|y [z]] [-o FILE]")'

printf 'order: 020\nsummary: d\nusage:\n\nA text.\n' >"$folder/two.txt"
expect 'two.txt: there is another command of order 020'

printf 'order: 010\nsummary: "d"\nusage:\n\nA text.\n' >"$folder/two.txt"
expect 'two.txt: a quote or backslash in the summary or the usage'

for head in 'order: 10\nsummary: d\nusage:\n\n' 'order: 010\nsummary:\nusage:\n\n' \
    'order: 010\nsummary: d\n\n' 'order: 010\nsummary: d\nusage: x\n' '' ' order: 010\n'; do
    printf '%bA text.\n' "$head" >"$folder/two.txt"
    expect 'two.txt does not begin as'
done

[ "$failures" -eq 0 ] || exit 1
echo 'rows of commands are made, and texts without a head are named'
