#!/bin/bash
# bare_debian.sh [--without-root] [DOCUMENT...] - runs the command lines of the documents on a
# Debian 12 that has nothing but its base system, in a chroot: what a newcomer reads and types.
#
# The lines are taken from the documents themselves (README.md and docs/BUILDING.md): every indented
# block is a script; in a session with prompts the lines behind "$ ". Blocks of a document run in
# their order, in a copy of the tree, and a line that fails fails the test. A block that needs what
# only its reader has is named below, with the reason, by how it begins.
#
# Sections whose headings say "without root" run as an ordinary user of another such Debian, in
# which only a compiler, CMake and make were put; the program that comes of them must need no
# library but those of libc, and print what the golden files say. The folders sources/ and labels/,
# which other sections fetch, are copied there. The sources that docs/BUILDING.md has fetched come
# from the folder that REASSESS_BUNDLED_SOURCES names, where it is set.
#
# --without-root runs these sections alone; the labels are then copied from the folder that
# REASSESS_LABELS names.
#
# The base system stays in build/bare_debian/base, what ran on copies of it does not. Exit status 77
# where there can be no chroot (scripts/chroot.sh).
# shellcheck disable=SC2016  # what the chroot expands
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh

# document : how the block begins : why it is not run
readonly not_run='
README.md : pip install build/wheel/reassess-*.whl : the wheel is tested by scripts/wheel_test.sh
docs/BUILDING.md : scripts/wheel.sh : likewise
docs/BUILDING.md : scripts/cuda12.sh : for machines with the nvcc of CUDA 13; a step of its own
README.md : reassess run : likewise, by tests/python; images and checkpoints are the reader'\''s
README.md : # one model : the options are held by documents_test.sh, the files are the reader'\''s
'

# split DOCUMENT FOLDER: its blocks as FOLDER/1.sh, ...; those under a heading "... without root" as
# FOLDER/without-root-1.sh, ...
split() {
    mkdir -p "$2"
    awk -v to="$2" '
        /^```/ { fenced = !fenced }
        /^#/ && !fenced { part = tolower($0) ~ /without root/ ? "without-root-" : "" }
        fenced || !/^    / {
            if (!/^ *$/ || fenced) file = ""
            if (file != "") print "" >file
            next
        }
        {
            line = substr($0, 5)
            if (file == "") {
                file = sprintf("%s/%s%02d.sh", to, part, ++count)
                session = line ~ /^[$] /
            }
            if (!session) print line >file
            else if (sub(/^[$] /, "", line)) print line >file
            else printf "" >file
        }' "$1"
}

# is_not_run DOCUMENT BLOCK: says why
is_not_run() {
    local first reason
    first=$(head -n 1 "$2")
    reason=$(awk -F ' : ' -v document="$1" -v first="$first" \
        '$1 == document && index(first, $2) == 1 { print $3 }' <<<"$not_run")
    [ -n "$reason" ] && printf -- '-- %s, "%s": not run: %s\n' "$1" "$first" "$reason"
}

# What the documents speak of as the reader's own, as soon as there is a program to make it.
make_files() {
    in_chroot bash -c 'cd /reassess && [ ! -e resnet50.npy ] && [ -x build/user/reassess ] || exit 0
        cp tests/install/consumer.c app.c
        build/user/reassess synth logits --quiet --shape 50000,1000 -o resnet50.npy ||
            { build/user/reassess synth labels --quiet --shape 50000,1000 -o made_up &&
                build/user/reassess synth logits --quiet --real made_up/real.json \
                    --labels made_up/original.txt --shape 50000,1000 -o resnet50.npy; }'
}

# run_block DOCUMENT BLOCK [AS...]
run_block() {
    local document=$1 block=$2 began=$SECONDS
    shift 2
    printf -- '-- %s\n' "$document"
    sed 's/^/   /' "$block"
    cp "$block" "$root/tmp/block.sh"
    if ! in_chroot "$@" \
        bash -c 'cd /reassess && PATH=~/.local/bin:$PATH exec bash -eu /tmp/block.sh' \
        </dev/null; then
        fail "these lines of $document"
    fi
    run=$((run + 1))
    printf -- '-- %d s\n' $((SECONDS - began))
}

fail() {
    printf '== FAILED: %s\n' "$*"
    failed=$((failed + 1))
}

# fresh NAME: a copy of the base with the tree in it, entered
fresh() {
    make_chroot bookworm "$PWD/build/bare_debian/base"
    rm -rf --one-file-system "$PWD/build/bare_debian/$1"
    cp -a build/bare_debian/base "build/bare_debian/$1" || exit 1
    enter_chroot "$PWD/build/bare_debian/$1"
    copy_tree "$root/reassess" || exit 1
    echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/yes"
}

leave() {
    umount "$root/proc"
    rm -rf --one-file-system "$root"
}

failed=0 run=0
user_alone=false
if [ "${1:-}" = --without-root ]; then
    user_alone=true
    shift
fi
documents=("$@")
[ $# -gt 0 ] || documents=(README.md docs/BUILDING.md)
blocks=$(mktemp -d)
for document in "${documents[@]}"; do
    split "$document" "$blocks/$document"
done

carried=$PWD/build/bare_debian/carried
rm -rf "$carried"
mkdir -p "$carried"

# run_as_root: every section but those without root
run_as_root() {
    local document block folder
    fresh run
    if [ -n "${REASSESS_BUNDLED_SOURCES:-}" ]; then
        cp -rL "$REASSESS_BUNDLED_SOURCES" "$root/reassess/sources"
    fi
    for document in "${documents[@]}"; do
        for block in "$blocks/$document"/[0-9]*.sh; do
            is_not_run "$document" "$block" && continue
            make_files || exit 1
            run_block "$document" "$block"
        done
    done
    for folder in sources labels; do
        [ ! -e "$root/reassess/$folder" ] || mv "$root/reassess/$folder" "$carried"
    done
    leave
}

if "$user_alone"; then
    [ -z "${REASSESS_BUNDLED_SOURCES:-}" ] ||
        cp -rL "$REASSESS_BUNDLED_SOURCES" "$carried/sources"
    cp -rL "${REASSESS_LABELS:?names no folder of labels}" "$carried/labels" || exit 1
else
    run_as_root
fi

# check_bundled: the program needs nothing but libc, and does what the golden files say
check_bundled() {
    local more
    more=$(in_chroot ldd /reassess/build/bundled/reassess |
        grep -vE '^\s*(linux-vdso|lib(c|m|dl|pthread)|.*/ld-linux[^/]*)[.]so')
    [ -z "$more" ] || fail "build/bundled/reassess needs $more"
    in_chroot "${as[@]}" \
        bash -c 'cd /reassess && scripts/golden.sh --check build/bundled/reassess' ||
        fail 'the golden files differ'
}

mapfile -t without_root < <(find "$blocks" -name 'without-root-*.sh' | sort)
if [ "${#without_root[@]}" -gt 0 ]; then
    fresh user
    in_chroot bash -c 'apt-get -q update && apt-get -q install --no-install-recommends \
        gcc libc6-dev cmake make ca-certificates && useradd --create-home newcomer' || exit 1
    cp -r "$carried/." "$root/reassess"
    in_chroot chown -R newcomer: /reassess
    as=(setpriv --reuid newcomer --regid newcomer --clear-groups env HOME=/home/newcomer)
    [ -z "${REASSESS_BUNDLED_SOURCES:-}" ] || as+=(REASSESS_BUNDLED_SOURCES=/reassess/sources)
    for block in "${without_root[@]}"; do
        document=${block#"$blocks/"}
        run_block "${document%/*}" "$block" "${as[@]}"
    done
    check_bundled
    leave
fi
rm -rf "$blocks" "$carried"
printf '%d blocks run, %d failed\n' "$run" "$failed"
[ "$failed" -eq 0 ] && [ "$run" -gt 0 ]
