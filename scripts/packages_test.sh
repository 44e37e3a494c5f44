#!/bin/bash
# packages_test.sh - runs the sections of scripts/packages/reassess.def as Apptainer would: what
# builds in one chroot of Debian 12, what runs in another that has nothing but what the second stage
# installs; there the program scores a model.
#
# Apptainer itself is not asked for; nor is Spack, whose recipe is run beside a stand-in for its
# words (run_recipe.py). The chroots stay in build/packages. Exit status 77 where there can be none
# (scripts/chroot.sh).
# shellcheck disable=SC2016  # what the chroot expands
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh
readonly definition=scripts/packages/reassess.def

fail() {
    echo "packages_test: $*" >&2
    exit 1
}

# section STAGE NAME: its lines
section() {
    awk -v stage="$1" -v name="%$2" '
        /^Stage:/ { in_stage = $2 == stage; on = 0; next }
        /^%/ { on = in_stage && index($0, name) == 1; next }
        /^[A-Za-z]/ { on = 0 }
        on { print }' "$definition"
}

# run_section STAGE NAME
run_section() {
    section "$1" "$2" >"$root/tmp/section.sh"
    [ -s "$root/tmp/section.sh" ] || fail "there is no %$2 of $1 in $definition"
    in_chroot bash -eu /tmp/section.sh || fail "%$2 of $1"
}

# leave: what enter_chroot mounted
leave() {
    umount "$root/proc"
    trap - EXIT
}

python3 -B scripts/packages/run_recipe.py || fail 'the recipe of Spack'

make_chroot bookworm "$PWD/build/packages/base"
for stage in build run; do
    rm -rf --one-file-system "build/packages/$stage"
    cp -a build/packages/base "build/packages/$stage" || exit 1
    enter_chroot "$PWD/build/packages/$stage"
    echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/yes"
    if [ "$stage" = build ]; then
        while read -r from to; do
            [ -z "$from" ] || { mkdir -p "$(dirname "$root$to")" && cp -r "$from" "$root$to"; } ||
                exit 1
        done < <(section build files)
    else
        mkdir -p "$root/opt"
        cp -a build/packages/build/opt/reassess "$root/opt/" ||
            fail '/opt/reassess was not installed'
    fi
    run_section "$stage" post
    [ "$stage" = build ] || break
    leave
done
run_section run test
in_chroot bash -euc 'cd /tmp
    PATH=/opt/reassess/bin:$PATH
    reassess synth labels --quiet --shape 500,10 -o made
    reassess synth logits --quiet --real made/real.json --labels made/original.txt \
        --shape 500,10 -o model.npy
    reassess eval --quiet --json - --real made/real.json --labels made/original.txt model.npy' \
    >build/packages/there.json || fail 'eval in the image'
grep -q '"real_top1":{"value":0\.' build/packages/there.json || fail 'eval gave no accuracy'
leave
echo 'packages_test: the image was built by its sections, and scores'
