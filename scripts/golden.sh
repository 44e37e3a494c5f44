#!/bin/bash
# golden.sh --check|--renew PROGRAM [PAGE...] - holds what PROGRAM prints and writes, byte for byte.
#
#   --check   runs the commands of the pages, shows every difference, and fails when there is one
#   --renew   the same, but what came out is written into the pages, for `git diff` to be read
#
# A page is a text with indented blocks. A line of four spaces, a dollar sign, a space and a command
# begins a step; the indented lines after it are what the command prints.
#
# - tests/golden/cases/NAME.md (a PAGE is then called NAME): standard output, then standard error
#   with "! " before each line, then the exit status where it is not 0. What commands write into the
#   folder kept/ is compared with tests/golden/kept/NAME/. They find the files that
#   tests/golden/setup/common.sh makes.
# - README.md and docs/*.md (called so) with such a block: what a terminal shows; "..." stands for
#   any lines. They find the files that tests/golden/setup/documents.sh makes, which gives 77 when
#   REASSESS_DATA does not say where the real data are, and then setup/NAME.sh, where it is there.
#
# Without a PAGE all are meant. Commands run in an empty folder of the page's own, in an environment
# that says nothing of the user, the terminal or the locale. What differs between runs and machines
# by its nature is masked (tests/golden/mask.sed says what and why).
set -u
cd "$(dirname "$0")/.." || exit 2

usage() {
    echo 'usage: golden.sh --check|--renew PROGRAM [PAGE...]' >&2
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

tree=${REASSESS_GOLDEN_TREE:-$PWD} # another one for the test of this script
golden=$tree/tests/golden
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/common" "$work/nothing"
ln -s "$program" "$work/bin/reassess"

# in_sandbox FOLDER SCRIPT ARGUMENT...: runs it there. A sanitizer's settings come in from outside,
# and where the real data are.
in_sandbox() {
    local pass=() name
    for name in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS REASSESS_DATA; do
        [ -z "${!name+set}" ] || pass+=("$name=${!name}")
    done
    (cd "$1" && env -i "${pass[@]}" PATH="$work/bin:/usr/bin:/bin" HOME=/nonexistent \
        REASSESS_LABELS=labels LC_ALL=C TZ=UTC0 bash -c "$2" golden "${@:3}")
}

# Each command of a page into a file of its own: STEPS/1, STEPS/2, ... Prints how many.
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

run_steps() { # run_steps STEPS COUNT KIND: in the current folder, each in a shell of its own
    local i status
    for ((i = 1; i <= $2; i++)); do
        # shellcheck disable=SC1090 # a command of the page
        (
            if [ "$3" = case ]; then exec 2>"$1/$i.err"; else exec 2>&1; fi
            . "$1/$i"
        ) >"$1/$i.out" </dev/null
        status=$?
        printf . >>"$1/$i.out" # so that show_steps sees whether the last line ended
        [ "$3" = case ] || continue
        printf . >>"$1/$i.err"
        [ "$status" -eq 0 ] || echo "(exit $status)" >"$1/$i.end"
    done
}

# What is shown of each step: STEPS/1.block, ...; masked, and in STEPS/1.block.raw as it was.
show_steps() { # show_steps STEPS COUNT KIND
    awk -v steps="$1" -v count="$2" -v kind="$3" '
    function show(i, stream, before,    file, line, empty) {
        file = steps "/" i "." stream
        while ((getline line < file) > 0) {
            lines[++last] = line
        }
        close(file)
        if (last > 0) {
            if (lines[last] == ".") {
                last--
            } else {
                sub(/\.$/, "", lines[last])
                lines[++last] = "(no newline at the end)"
            }
        }
        for (empty = last; empty > 0 && lines[empty] == ""; empty--) {
        }
        for (line = 1; line <= (kind == "case" ? last : empty); line++) {
            print before lines[line] (line > empty ? "(empty line)" : "") > block
        }
        last = 0
    }
    BEGIN {
        for (i = 1; i <= count; i++) {
            block = steps "/" i ".block"
            printf "" > block
            show(i, "out", "")
            show(i, "err", "! ")
            while ((getline line < (steps "/" i ".end")) > 0) {
                print line > block
            }
            close(block)
        }
    }' && sed -i.raw -E -f "$golden/mask.sed" -- "$1"/*.block
}

# The page with what the commands print in the place of what it says they print. Where both are the
# same, in a document but for what is masked, it stays as it is, line by line: renewing a page for
# one number leaves the times of its other lines alone, which were measured where nothing else ran.
weave_page() { # weave_page PAGE STEPS KIND
    sed -E -f "$golden/mask.sed" -- "$1" | awk -v steps="$2" -v kind="$3" '
    function same(i, k) { # is what the page says from line i on what is shown from line k on?
        for (; i <= said; i++) {
            if (kind != "case" && says[i] == "...") {
                for (; k <= shown + 1; k++) {
                    if (same(i + 1, k)) {
                        return 1
                    }
                }
                return 0
            }
            if (k > shown || says[i] != shows[k++]) {
                return 0
            }
        }
        return k > shown
    }
    function kept(k, line,    i) { # line k of what is shown, as the page has it where it does
        for (i = 1; i <= said; i++) {
            if (says[i] == shows[k] && own[i] != "") {
                line = own[i]
                own[i] = ""
                return line
            }
        }
        return line == "" ? "" : "    " line
    }
    function finish(    i, file, line) { # the step whose lines have been read
        if (!inside) {
            return
        }
        file = steps "/" count ".block"
        for (shown = 0; (getline shows[shown + 1] < file) > 0; shown++) {
        }
        close(file)
        if (same(1, 1)) {
            for (i = 1; i <= said; i++) {
                print own[i]
            }
        } else {
            file = file (kind == "case" ? "" : ".raw")
            for (i = 1; (getline line < file) > 0; i++) {
                print kept(i, line)
            }
            close(file)
        }
        for (i = said + 1; i <= read; i++) { # empty lines after it
            print ""
        }
        inside = 0
    }
    NR == FNR {
        raw[FNR] = $0
        next
    }
    open {
        print raw[FNR]
        open = /\\$/
        next
    }
    /^    \$ / {
        finish()
        print raw[FNR]
        open = /\\$/
        inside = 1
        count++
        said = read = 0
        next
    }
    inside && (/^    / || /^$/) {
        read++
        own[read] = raw[FNR]
        says[read] = substr(kind == "case" ? raw[FNR] : $0, 5)
        if ($0 != "") {
            said = read
        }
        next
    }
    {
        finish()
        print raw[FNR]
    }
    END {
        finish()
    }' "$1" -
}

# Shows how two files or folders differ; with --renew the first becomes the second.
settle() { # settle EXPECTED ACTUAL NAME
    local expected=$1
    [ -e "$expected" ] || expected=$work/nothing
    if [ -f "$2" ]; then
        diff -u --label "${1#"$tree/"}" --label "$3, as it came out" -- "$expected" "$2" && return 0
    else
        diff -ur -- "$expected" "$2" && return 0
    fi
    [ "$mode" = --renew ] || return 1
    rm -rf -- "$1"
    mkdir -p -- "$(dirname -- "$1")"
    cp -r -- "$2" "$1"
}

check_page() { # check_page NAME
    local kind=case page=$golden/cases/$1.md name=${1##*/} setup room steps count same=0
    if [[ $1 == *.md ]]; then
        kind=document page=$tree/$1
    fi
    room=$work/room/$1 steps=$work/steps/$1
    if [ ! -f "$page" ]; then
        echo "golden: there is no $page" >&2
        return 1
    fi
    mkdir -p "$steps" "$room"
    count=$(split_page "$page" "$steps")
    if [ "$count" -eq 0 ]; then
        echo "golden: $page has no command" >&2
        return 1
    fi
    if [ "$kind" = case ]; then
        cp -r "$work/common/." "$room"
        mkdir -p "$room/kept"
    else
        for setup in "$golden/setup/documents.sh" "$golden/setup/${name%.md}.sh"; do
            [ -f "$setup" ] || continue
            in_sandbox "$room" "$(cat "$setup")" >"$steps/log" 2>&1 && continue
            same=$?
            [ "$same" -eq 77 ] || cat "$steps/log"
            return "$same"
        done
    fi
    in_sandbox "$room" "$(declare -f run_steps); run_steps \"\$@\"" "$steps" "$count" "$kind"
    show_steps "$steps" "$count" "$kind"
    weave_page "$page" "$steps" "$kind" >"$steps/page"
    settle "$page" "$steps/page" "$1" || same=1
    if [ "$kind" = case ]; then
        find "$room/kept" -type f -exec sed -i -E -f "$golden/mask.sed" -- {} +
        settle "$golden/kept/$1" "$room/kept" "$1" || same=1
    fi
    rm -rf "$room"
    return $same
}

all_pages() {
    local file
    for file in "$golden"/cases/*.md; do
        file=${file##*/}
        echo "${file%.md}"
    done
    (cd "$tree" && grep -ls '^    \$ ' README.md docs/*.md)
}

if [ $# -eq 0 ]; then
    readarray -t pages < <(all_pages)
    set -- "${pages[@]}"
    for folder in "$golden"/kept/*/; do
        name=$(basename -- "$folder")
        if [ -d "$folder" ] && [ ! -f "$golden/cases/$name.md" ]; then
            echo "golden: $folder is of no page"
            exit 1
        fi
    done
fi
in_sandbox "$work/common" "$(cat "$golden/setup/common.sh")" >"$work/log" 2>&1 || {
    cat "$work/log"
    echo 'golden: tests/golden/setup/common.sh failed' >&2
    exit 1
}
running=0 number=0
for name; do # four at once: they wait for the disk more than they compute
    if [ "$running" -eq 4 ]; then
        wait -n
        running=$((running - 1))
    fi
    number=$((number + 1)) running=$((running + 1))
    (
        check_page "$name" >"$work/$number.log" 2>&1
        echo $? >"$work/$number.status"
    ) &
done
wait
differ=() skipped=0 number=0
for name; do
    number=$((number + 1))
    cat "$work/$number.log"
    case $(cat "$work/$number.status") in
        0) ;;
        77) skipped=$((skipped + 1)) ;;
        *) differ+=("$name") ;;
    esac
done
if [ ${#differ[@]} -gt 0 ]; then
    echo "golden: ${#differ[@]} of $# pages differ: ${differ[*]}"
    echo "If that is meant: scripts/golden.sh --renew PROGRAM ${differ[*]}, and read the" \
        "difference."
    exit 1
fi
echo "golden: $(($# - skipped)) pages ${mode#--}ed, $skipped skipped for want of REASSESS_DATA"
[ "$skipped" -lt $# ] || exit 77
