#!/bin/bash
# golden.sh --check|--renew PROGRAM [NAME...] - holds what PROGRAM prints and writes, byte for byte.
#
#   --check   runs the commands of the golden pages, shows every difference, and fails when there is one
#   --renew   the same, but writes what came out into the pages, for `git diff` to be read
#
# A golden page is tests/golden/cases/NAME.md: a text with indented blocks. A line that begins with
# four spaces, a dollar sign and a space is a command; the indented lines after it are what it prints:
# standard output, then standard error with "! " before each line, then the exit status where it is
# not 0. What commands write into the folder kept/ is compared with tests/golden/kept/NAME/.
#
# Commands run in an empty folder of the page's own, with the files that tests/golden/setup/common.sh
# makes, in an environment that says nothing of the user, the terminal or the locale. What differs
# between runs and machines by its nature is masked (tests/golden/mask.sed says what and why).
set -u
cd "$(dirname "$0")/.." || exit 2

usage() {
    echo 'usage: golden.sh --check|--renew PROGRAM [NAME...]' >&2
    exit 2
}

[ $# -ge 2 ] || usage
mode=$1
case $mode in
    --check | --renew) ;;
    *) usage ;;
esac
program=$(realpath -e -- "$2") || exit 2
shift 2

# Another tree of pages, for the test of this test.
golden=${REASSESS_GOLDEN:-$PWD/tests/golden}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/common"
ln -s "$program" "$work/bin/reassess"

# in_sandbox FOLDER SCRIPT: runs it there; only what a sanitizer is told comes in from outside.
in_sandbox() {
    local pass=() name
    for name in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS; do
        [ -z "${!name+set}" ] || pass+=("$name=${!name}")
    done
    (cd "$1" && env -i "${pass[@]}" PATH="$work/bin:/usr/bin:/bin" HOME=/nonexistent \
        REASSESS_LABELS=labels LC_ALL=C TZ=UTC0 bash -c "$2" golden "${@:3}")
}

# The commands of a page, each into a file of its own: STEPS/1, STEPS/2, ...
split_page() { # split_page PAGE STEPS
    awk -v steps="$2" '
    open || /^    \$ / {
        line = $0
        if (!open) {
            count++
            line = substr(line, 7)
        }
        print line > (steps "/" count)
        open = line ~ /\\$/
        if (!open) {
            close(steps "/" count)
        }
    }
    END {
        print count + 0
    }' "$1"
}

# The page with what the commands printed in the place of what it says they print.
weave_page() { # weave_page PAGE STEPS
    awk -v steps="$2" '
    function show(file, before,    line, lines, any) {
        while ((getline line < file) > 0) {
            any = 1
            if (line == "") {
                lines++
                continue
            }
            for (; lines > 0; lines--) {
                print before == "" ? "" : "    " before
            }
            print "    " before line
        }
        for (; lines > 0; lines--) {
            print "    " before "(empty line)"
        }
        close(file)
    }
    function command(line) {
        count++
        for (;;) {
            print line
            if (line !~ /\\$/ || (getline line) <= 0) {
                break
            }
        }
        show(steps "/" count ".out", "")
        show(steps "/" count ".err", "! ")
        show(steps "/" count ".end", "")
    }
    function finish() { # the empty lines that stand after what the page said
        for (; blank > 0; blank--) {
            print ""
        }
        inside = 0
    }
    /^    \$ / {
        finish()
        command($0)
        inside = 1
        next
    }
    inside && /^    / { # what the page said
        blank = 0
        next
    }
    inside && /^$/ { # between lines of it, or after it
        blank++
        next
    }
    {
        finish()
        print
    }
    END {
        finish()
    }' "$1"
}

run_steps() { # run_steps STEPS COUNT: in the current folder, each in a shell of its own
    local i status stream
    for ((i = 1; i <= $2; i++)); do
        # shellcheck disable=SC1090 # a command of the page
        (. "$1/$i") >"$1/$i.out" 2>"$1/$i.err" </dev/null
        status=$?
        for stream in out err; do
            if [ -n "$(tail -c 1 "$1/$i.$stream")" ]; then
                printf '\n(no newline at the end)\n' >>"$1/$i.$stream"
            fi
        done
        [ "$status" -eq 0 ] || echo "(exit $status)" >"$1/$i.end"
    done
}

# Shows how two files or folders differ; with --renew the first becomes the second.
settle() { # settle EXPECTED ACTUAL
    local expected=$1
    [ -e "$expected" ] || expected=$work/nothing
    diff -ur -- "$expected" "$2" >"$work/difference" && return 0
    sed -E "s/^((---|\+\+\+) .*)\t[0-9].*/\1/;s,^((---|\+\+\+|diff -ur -- ).*)$work/,\1what came out: ," "$work/difference"
    [ "$mode" = --renew ] || return 1
    rm -rf -- "$1"
    mkdir -p -- "$(dirname -- "$1")"
    cp -r -- "$2" "$1"
}

check_case() { # check_case NAME
    local page=$golden/cases/$1.md room=$work/$1 steps=$work/$1.steps count same=0
    if [ ! -f "$page" ]; then
        echo "golden: there is no $page" >&2
        return 1
    fi
    mkdir -p "$steps"
    cp -r "$work/common" "$room"
    mkdir -p "$room/kept"
    count=$(split_page "$page" "$steps")
    if [ "$count" -eq 0 ]; then
        echo "golden: $page has no command" >&2
        return 1
    fi
    in_sandbox "$room" "$(declare -f run_steps); run_steps \"\$@\"" "$steps" "$count"
    weave_page "$page" "$steps" >"$work/$1.md"
    find "$room/kept" -type f -print0 >"$work/kept"
    xargs -0 sed -i -E -f "$golden/mask.sed" -- "$work/$1.md" <"$work/kept"
    settle "$page" "$work/$1.md" || same=1
    settle "$golden/kept/$1" "$room/kept" || same=1
    rm -rf "$room"
    return $same
}

in_sandbox "$work/common" "$(cat "$golden/setup/common.sh")" >"$work/log" 2>&1 || {
    cat "$work/log"
    echo 'golden: tests/golden/setup/common.sh failed' >&2
    exit 1
}
mkdir "$work/nothing"
differ=()
if [ $# -eq 0 ]; then
    for file in "$golden"/cases/*.md; do
        name=${file##*/}
        set -- "$@" "${name%.md}"
    done
    for folder in "$golden"/kept/*/; do
        name=$(basename -- "$folder")
        [ ! -d "$folder" ] || [ -f "$golden/cases/$name.md" ] || differ+=("$folder without a page")
    done
fi
for name; do
    check_case "$name" || differ+=("$name")
done
if [ ${#differ[@]} -gt 0 ]; then
    echo "golden: ${#differ[@]} of $# pages differ: ${differ[*]}"
    echo "If that is meant: scripts/golden.sh --renew PROGRAM ${differ[*]}, and read the difference."
    exit 1
fi
echo "golden: $# pages, ${mode#--}ed"
