#!/bin/bash
# bare_debian.sh [DOCUMENT...] - runs the command lines of the documents on a Debian 12 that has
# nothing but its base system, in a chroot: what a newcomer reads and types.
#
# The lines are taken from the documents themselves (README.md and docs/BUILDING.md): every indented
# block is a script; in a session with prompts the lines behind "$ ". Blocks of a document run in
# their order, in a copy of the tree, and a line that fails fails the test. A block that needs what
# only its reader has is named below, with the reason, by its first line.
#
# The sections "... without root" of docs/BUILDING.md run as an ordinary user of another such Debian,
# in which only a compiler, CMake and make were put. Sources come from where that page says, or from
# the folder that REASSESS_BUNDLED_SOURCES names.
#
# The base system stays in build/bare_debian/base, what ran on copies of it does not. Exit status 77
# where there can be no chroot (scripts/chroot.sh).
# shellcheck disable=SC2016  # what the chroot expands
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh

# document : first line of the block : why it is not run
readonly not_run='
README.md : # one model : the options are held by tests/golden/documents_test.sh; the files are the reader'\''s
'

# split DOCUMENT FOLDER: its blocks as FOLDER/1.sh, ...; those under a heading "... without root" as
# FOLDER/without-root-1.sh, ...
split() {
    mkdir -p "$2"
    awk -v to="$2" '
        /^```/ { fenced = !fenced }
        /^#/ && !fenced { part = /without root/ ? "without-root-" : "" }
        fenced || !/^    / { if (!/^ *$/ || fenced) file = ""; if (file != "") print "" >file; next }
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
        '$1 == document && $2 == first { print $3 }' <<<"$not_run")
    [ -n "$reason" ] && printf -- '-- %s, "%s": not run: %s\n' "$1" "$first" "$reason"
}

# What the documents speak of as the reader's own, as soon as there is a program to make it.
make_files() {
    in_chroot bash -c 'cd /reassess && [ ! -e resnet50.npy ] && [ -x build/user/reassess ] || exit 0
        cp tests/install/consumer.c app.c
        build/user/reassess synth logits --quiet --shape 50000,1000 -o resnet50.npy'
}

# run_block DOCUMENT BLOCK [AS...]
run_block() {
    local document=$1 block=$2
    shift 2
    printf -- '-- %s\n' "$document"
    sed 's/^/   /' "$block"
    cp "$block" "$root/tmp/block.sh"
    if ! in_chroot "$@" bash -c 'cd /reassess && PATH=~/.local/bin:$PATH exec bash -eu /tmp/block.sh' \
        </dev/null; then
        printf '== FAILED: these lines of %s\n' "$document"
        failed=$((failed + 1))
    fi
    run=$((run + 1))
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
documents=("$@")
[ $# -gt 0 ] || documents=(README.md docs/BUILDING.md)
blocks=$(mktemp -d)
for document in "${documents[@]}"; do
    split "$document" "$blocks/$document"
done

fresh run
for document in "${documents[@]}"; do
    for block in "$blocks/$document"/[0-9]*.sh; do
        is_not_run "$document" "$block" && continue
        make_files || exit 1
        run_block "$document" "$block"
    done
done
leave

if [ -e "$blocks/docs/BUILDING.md" ] && compgen -G "$blocks/docs/BUILDING.md/without-root-*" >/dev/null; then
    fresh user
    in_chroot bash -c 'apt-get -q update && apt-get -q install --no-install-recommends \
        gcc libc6-dev cmake make ca-certificates && useradd --create-home newcomer &&
        chown -R newcomer /reassess' || exit 1
    as=(setpriv --reuid newcomer --regid newcomer --clear-groups env HOME=/home/newcomer)
    if [ -n "${REASSESS_BUNDLED_SOURCES:-}" ]; then
        cp -r "$REASSESS_BUNDLED_SOURCES" "$root/sources"
        as+=(REASSESS_BUNDLED_SOURCES=/sources)
    fi
    for block in "$blocks"/docs/BUILDING.md/without-root-*.sh; do
        run_block docs/BUILDING.md "$block" "${as[@]}"
    done
    leave
fi
rm -rf "$blocks"
printf '%d blocks run, %d failed\n' "$run" "$failed"
[ "$failed" -eq 0 ] && [ "$run" -gt 0 ]
