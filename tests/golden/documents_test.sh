#!/bin/bash
# documents_test.sh TREE PROGRAM - README.md and docs/*.md, and the examples of `reassess help`,
# speak of what is there.
#
#   - every command `reassess ...` in them is one that PROGRAM takes: its options exist and their
#     values can be read. It is run where there are labels and a broken file, so that it stops at
#     the first model; a complaint about usage is a failure
#   - every option that they name is one of PROGRAM's, or stands in a script or benchmark
#   - files and folders of the tree that they name are there, links too, and headings that links
#     name
#   - columns of CSV files are those that the golden files have
#   - the lines of a --list that docs/SWEEP.md shows can be read
#
# What commands print is held by scripts/golden.sh.
# shellcheck disable=SC2016 # the backticks are those of the documents
set -u
export LC_ALL=C.UTF-8
tree=$(realpath -e -- "$1") || exit 2
program=$(realpath -e -- "$2") || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/room/logits"
"$program" synth labels --quiet --shape 50000,1000 -o "$work/room/labels" || exit 2
printf '\x93NUMPY' >"$work/room/logits/cut_short.npy"
ln -s "$program" "$work/bin/reassess"
cd "$tree" || exit 2
failed=0
documents=(README.md docs/*.md)

complain() { # complain FILE WHAT
    echo "$1: $2"
    failed=1
}

# Commands in indented blocks, each on a line: continued by a backslash or by more indentation;
# without what stands before or behind them in a pipe, and without comments.
block_commands() { # block_commands FILE
    awk '
    function tell() {
        sub(/ +# .*/, "", command)
        gsub(/\\ */, "", command)
        if (match(command, /(^|[|(] *)reassess [a-z]/)) {
            command = substr(command, RSTART)
            sub(/^[|( ]+/, "", command)
            sub(/ [|>] .*/, "", command)
            sub(/ 2?>[^ ]*$/, "", command)
            sub(/\)$/, "", command)
            print command
        }
        command = ""
    }
    /^    / {
        line = $0
        sub(/^ +(\$ )?/, "", line)
        sub(/^([A-Z_]+=[^ ]* )+/, "", line)
        if (command != "" && (command ~ /\\$/ || $0 ~ /^        /)) {
            command = command " " line
            next
        }
        tell()
        command = line
        next
    }
    { tell() }
    END { tell() }' "$1"
}

# Commands in running text: `reassess ...`, which may be broken over lines.
text_commands() { # text_commands FILE
    sed '/^    /d' "$1" | tr '\n' ' ' | grep -o '`reassess [a-z][^`]*`' | tr -d '`' | tr -s ' '
}

run_command() { # run_command COMMAND: its status; what it says is in $work/said
    rm -rf "$work/room/results" "$work/room/parts"
    (cd "$work/room" && set -f && eval "set -- $1" &&
        env -i PATH="$work/bin" HOME=/nonexistent REASSESS_LABELS=labels "$@") \
        </dev/null >"$work/said" 2>&1
}

check_block() { # check_block FILE: usage is right
    local command
    while IFS= read -r command; do
        run_command "$command"
        if [ $? -eq 2 ] && ! grep -q "$missing" "$work/said"; then
            complain "$1" "$command"$'\n'"    $(head -n 1 "$work/said")"
        fi
        checked=$((checked + 1))
    done < <(block_commands "$1")
}

check_text() { # check_text FILE: text leaves out what is not spoken of, but names nothing unknown
    local command
    while IFS= read -r command; do
        run_command "${command//.../}"
        if grep -q 'is not an option of\|is not a command\|: expected ' "$work/said"; then
            complain "$1" "$command"$'\n'"    $(head -n 1 "$work/said")"
        fi
        checked=$((checked + 1))
    done < <(text_commands "$1")
}

checked=0
# It says so of what is not there.
missing="no model's file fits this\|at least two models, or a folder\|and there is one model"
names=$("$program" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
for name in $names; do
    "$program" help "$name" >"$work/help.$name"
    sed -n '/^Examples:/,$p' "$work/help.$name" >"$work/examples of $name"
    check_block "$work/examples of $name"
done
for document in "${documents[@]}"; do
    check_block "$document"
    check_text "$document"
done
[ "$checked" -ge 100 ] || complain documents "only $checked commands were found"


# Options: in backticks or in a block.
{
    cat "$work"/help.*
    echo 'dpkg --add-architecture, cmake --toolchain'
    find -H scripts bench tests cmake cuda .ci ./*CMake* -path tests/golden -prune -o \
        -type f -exec cat {} +
} >"$work/known" 2>/dev/null
for document in "${documents[@]}"; do
    {
        sed -n '/^    /p' "$document"
        sed '/^    /d' "$document" | tr '\n' ' ' | grep -o '`[^`]*`'
    } |
        grep -oE '(^|[^-a-z])--[a-z][-a-z]*' | grep -oE -- '--.*' | sort -u >"$work/options"
    while IFS= read -r option; do
        grep -qE -- "$option([^-a-z]|$)" "$work/known" ||
            complain "$document" "$option is no option"
    done <"$work/options"
done

# Files of the tree, in backticks or in a block; patterns are no files.
folders='scripts|tests|bench|host|cuda|include|docs|cmake'
for document in "${documents[@]}"; do
    {
        sed -n '/^    /p' "$document"
        sed '/^    /d' "$document" | tr '\n' ' ' | grep -o '`[^`]*`'
    } |
        grep -oE "(^|[ \`(])($folders)/[-A-Za-z0-9_./<>*{},]*" |
        tr -d ' `(' | sed 's/[.,]*$//' | grep -v '[<>*{},]' | sort -u >"$work/paths"
    while IFS= read -r path; do
        [ -e "$path" ] || complain "$document" "there is no $path"
    done <"$work/paths"
done

# Links, and the headings that they name.
headings() { # headings FILE: as a link names them
    grep '^##* ' "$1" | sed 's/^##* //' | tr '[:upper:]' '[:lower:]' |
        sed 's/[^-a-z0-9_ ]//g; s/ /-/g'
}
for document in "${documents[@]}"; do
    grep -oE '\]\([^)]+\)' "$document" | sed 's/^](//; s/)$//' | grep -v '^https\?:' >"$work/links"
    while IFS= read -r link; do
        file=$(dirname -- "$document")/${link%%#*}
        [ -n "${link%%#*}" ] || file=$document
        if [ ! -e "$file" ]; then
            complain "$document" "the link $link leads nowhere"
        elif [[ $link == *#* ]] && ! headings "$file" | grep -qxF -- "${link#*#}"; then
            complain "$document" "the link $link names no heading"
        fi
    done <"$work/links"
done

# Columns of CSV files, and the members of a row's JSON: as the golden files have them.
{
    head -qn 1 tests/golden/kept/*/*.csv
    sed -n 's/.*echo \(rater,[a-z,]*\);.*/\1/p' tests/golden/setup/common.sh
} | sort -u >"$work/headers"
for document in "${documents[@]}"; do
    sed '/^    /d' "$document" | tr '\n' ' ' | grep -oE '`[a-z_0-9]+(, ?[a-z_0-9]+){3,}`' |
        tr -d '` ' >"$work/columns"
    while IFS= read -r columns; do
        grep -qE "^$columns(,|$)" "$work/headers" ||
            complain "$document" "no file has the columns $columns"
    done <"$work/columns"
done
members=$(head -n 1 tests/golden/kept/eval_files/rows.jsonl | grep -oE '"[a-z_]+":' | paste -sd '#')
members=${members//:#/, }
grep -qF -- "{${members%:}}" docs/RECORD.md || complain docs/RECORD.md 'a row has other members'

# What --list reads.
awk '/^    # name, files, options/ { on = 1 } !/^    / { on = 0 } on' docs/SWEEP.md |
    sed 's/^    //' >"$work/room/models.txt"
[ "$(wc -l <"$work/room/models.txt")" -ge 8 ] || complain docs/SWEEP.md 'shows no list'
run_command 'reassess sweep --out listed --list models.txt'
status=$?
if [ "$status" -ne 1 ] || grep -q 'models.txt' "$work/said"; then
    complain docs/SWEEP.md "the list: exit $status: $(tail -n 1 "$work/said")"
fi
exit $failed
