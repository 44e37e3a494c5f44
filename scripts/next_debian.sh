#!/bin/bash
# next_debian.sh - builds and tests this tree on the next Debian, in a chroot.
#
# There gcc and clang are newer, headers include less of each other, and nothing is installed but
# what scripts/deps.sh asks for: no CUDA, no make, no SLURM, no browser. By gcc the tests without
# precompiled headers, by clang the library and program, both with warnings as errors. The chroot
# stays in build/next_debian and is used again; a copy of the tree is made in it. Exit status 77
# where there can be none (scripts/chroot.sh).
# shellcheck disable=SC2016  # what the chroot expands
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh

make_chroot trixie "$PWD/build/next_debian"
enter_chroot "$PWD/build/next_debian"
copy_tree "$root/reassess" || exit 1

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
