#!/bin/bash
# next_debian.sh - builds and tests this tree on the next Debian, in a chroot.
#
# There gcc and clang are newer, headers include less of each other, and nothing is installed but
# what scripts/deps.sh asks for: no CUDA, no make, no SLURM, no browser. By gcc the tests without
# precompiled headers, by clang the library and program, both with warnings as errors. The packages
# come from where apt takes those of this Debian. The chroot stays in build/next_debian and is used
# again; a copy of the tree is made in it.
#
# Exit status 77, with a word as the last line, where that cannot be had: no root, no debootstrap,
# no Debian that it could be taken from.
# shellcheck disable=SC2016  # what the chroot and apt expand
set -u
cd "$(dirname "$0")/.." || exit 1

readonly suite=trixie
root=$PWD/build/next_debian

skip() {
    echo "$*"
    exit 77
}

in_chroot() {
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

make_chroot() {
    local mirror
    [ -e "$root/usr/bin/dpkg" ] && [ ! -e "$root/debootstrap" ] && return
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
        grep -E '/debian/?$' | head -n 1)
    [ -n "$mirror" ] || skip 'apt of this machine names no Debian to take the next one from'
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase "$suite" "$root" "$mirror" ||
        skip "debootstrap cannot make a $suite here"
}

unmount() {
    umount "$root/proc" 2>/dev/null
}

[ "$(id -u)" -eq 0 ] || skip 'only root can make a chroot'
command -v debootstrap >/dev/null || skip 'there is no debootstrap'
make_chroot
trap unmount EXIT
mount -t proc proc "$root/proc" || skip 'proc cannot be mounted in a chroot here'
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

rm -rf "$root/reassess/host" "$root/reassess/tests" # files that are gone
mkdir -p "$root/reassess"
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done |
    tar --null --files-from=- -cf - | tar -C "$root/reassess" -xf - || exit 1

in_chroot bash /reassess/scripts/deps.sh quick || exit 1
in_chroot bash -c 'command -v clang >/dev/null ||
    apt-get install -y -q --no-install-recommends clang' || exit 1
in_chroot bash -c '
    set -e
    cd /reassess
    cmake --preset clang
    cmake --build build/clang
    cmake --preset release -DREASSESS_CUDA=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
    cmake --build build/release
    ctest --test-dir build/release -j "$(nproc)" --output-on-failure --no-tests=error --timeout 900'
