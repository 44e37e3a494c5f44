#!/bin/bash
# deps.sh [build|labels|quick|test|all] - looks for what the project needs and installs what of it
# is missing.
#
#   build    to build and run reassess (the default)
#   labels   to fetch the labels (scripts/get_labels.sh)
#   quick    build, and what scripts/test.sh --quick needs
#   test     quick, and what all of scripts/test.sh needs
#   all      everything
#
# Through apt (Debian 12, Ubuntu 22.04 and 24.04) when it may: as root, or by sudo without a
# password. Elsewhere it prints the exact command and fails. Quiet when nothing is missing.
#
# OpenBLAS comes with each of them where it can be had, and stops nothing where it cannot: products
# of matrices are slower without it. REASSESS_OPENBLAS, which names one, counts.
#
# Where nvcc is but not the tools that look into what it made, `test` fetches those by pip into
# build/tools, and axe-core, which looks at pages; nothing else is installed by pip.
# shellcheck disable=SC2317  # the checks are called by the names in the table
set -u

# what tier: how it is found: its package for apt : for dnf : for pacman
readonly needs='
build  | has_command cc            | gcc            | gcc                | gcc
build  | has_cmake                 | cmake          | cmake              | cmake
build  | has_command ninja         | ninja-build    | ninja-build        | ninja
build  | has_command pkg-config    | pkg-config     | pkgconf-pkg-config | pkgconf
build  | has_library libcjson      | libcjson-dev   | cjson-devel        | cjson
build  | has_library libzip        | libzip-dev     | libzip-devel       | libzip
build  | has_library zlib          | zlib1g-dev     | zlib-devel         | zlib
build  | has_library libdeflate    | libdeflate-dev | libdeflate-devel   | libdeflate
build  | has_library libxxhash     | libxxhash-dev  | xxhash-devel       | xxhash
wish   | has_openblas              | libopenblas0   | openblas-threads   | openblas
labels | has_command python3       | python3        | python3            | python
labels | has_pip                   | python3-pip    | python3-pip        | python-pip
quick  | has_command git           | git            | git                | git
quick  | has_command c++           | g++            | gcc-c++            | gcc
quick  | has_library gtest_main    | libgtest-dev   | gtest-devel        | gtest
test   | has_command clang         | clang          | clang              | clang
test   | has_clang_runtime         | clang_runtime  | compiler-rt        | compiler-rt
test   | has_command clang-tidy    | clang-tidy     | clang-tools-extra  | clang
test   | has_command cppcheck      | cppcheck       | cppcheck           | cppcheck
test   | has_command shellcheck    | shellcheck     | ShellCheck         | shellcheck
test   | has_command mandoc        | mandoc         | mandoc             | mandoc
test   | has_daemon slurmctld      | slurm-wlm      | slurm-slurmctld    | slurm-llnl
test   | has_daemon munged         | munge          | munge              | munge
test   | has_numpy                 | python3-numpy  | python3-numpy      | python-numpy
test   | has_wordnet               | wordnet-base   | wordnet            | wordnet-common
test   | has_browser chromium      | chromium       | chromium           | chromium
test   | has_browser chromedriver  | chromium-driver | chromedriver      | chromium
test   | has_selenium              | python3-selenium | python3-selenium | python-selenium
test   | has_pip                   | python3-pip    | python3-pip        | python-pip
test | has_arm_compiler | g++-aarch64-linux-gnu | gcc-c++-aarch64-linux-gnu | aarch64-linux-gnu-gcc
test   | has_arm_emulator          | qemu-user-static | qemu-user-static | qemu-user-static
test   | has_gtest_sources         | googletest     | gtest-devel        | gtest
'

has_command() { command -v "$1" >/dev/null; }

has_daemon() { PATH=$PATH:/sbin:/usr/sbin has_command "$1"; }

has_library() { has_command pkg-config && pkg-config --exists "$1"; }

has_pip() { python3 -m pip --version >/dev/null 2>&1; }

has_cmake() { # 3.22 or newer
    local version
    has_command cmake || return 1
    version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p')
    [ "$(printf '3.22\n%s\n' "$version" | sort -V | head -n 1)" = 3.22 ]
}

# Only opened at run time, for matrix products; PATH may lack /sbin.
has_openblas() {
    [ -n "${REASSESS_OPENBLAS:-}" ] ||
        PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'libopenblas\(p\|o\)\?\.so\.0'
}

has_numpy() {
    python3 -c 'import numpy' 2>/dev/null || /usr/bin/python3 -c 'import numpy' 2>/dev/null
}

# WordNet 3.0 where Debian puts it, or where REASSESS_WORDNET says it is.
has_wordnet() { [ -e "${REASSESS_WORDNET:-/usr/share/wordnet/data.noun}" ]; }

# Ubuntu has Chromium only as a snap: tests of pages are skipped there when it is missing.
has_browser() { has_command "$1" || grep -qs '^ID=ubuntu' /etc/os-release; }

# Of the system's own Python, which the tests of pages use (tests/page/CMakeLists.txt).
has_selenium() { /usr/bin/python3 -c 'import selenium' >/dev/null 2>&1; }

# The kernels of 64-bit Arm are tested on qemu, where the machine is no such one and is a Debian or
# an Ubuntu: others have a cross compiler without a C library.
needs_no_arm() { [ "$(uname -m)" = aarch64 ] || ! has_command apt-get; }

has_arm_compiler() { needs_no_arm || has_command aarch64-linux-gnu-g++; }

has_arm_emulator() { needs_no_arm || has_command qemu-aarch64-static || has_command qemu-aarch64; }

has_gtest_sources() { needs_no_arm || [ -e /usr/src/googletest/CMakeLists.txt ]; }

# clang links sanitizers and fuzzers: a package of its own on some systems. Not asked before clang
# itself is there, since the package carries its version.
has_clang_runtime() {
    local archive
    has_command clang || return 0
    archive=$(clang --rtlib=compiler-rt -print-libgcc-file-name)
    [ -e "${archive/builtins/fuzzer}" ]
}

# apt package name for a needed thing
apt_name() {
    if [ "$1" = clang_runtime ]; then
        echo "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
    else
        echo "$1"
    fi
}

# find_missing MANAGER TIER...: package names
find_missing() {
    local tier check apt dnf pacman wanted=" ${*:2} "
    while IFS='|' read -r tier check apt dnf pacman; do
        tier=${tier// /}
        [[ -n $tier && $wanted == *" $tier "* ]] || continue
        # shellcheck disable=SC2086  # a function and its argument
        $check && continue
        case $1 in
            apt) apt_name "${apt// /}" ;;
            dnf) echo "${dnf// /}" ;;
            pacman) echo "${pacman// /}" ;;
        esac
    done <<<"$needs" | sort -u | paste -s -d ' '
}

wished=wish
case ${1:-build} in
    build) tiers='build' ;;
    labels) tiers='labels' wished='' ;;
    quick) tiers='build quick' ;;
    test) tiers='build quick test' ;;
    all) tiers='build labels quick test' ;;
    *)
        echo 'usage: deps.sh [build|labels|quick|test|all]' >&2
        exit 2
        ;;
esac

if has_command apt-get; then
    manager=apt install='apt-get install -y --no-install-recommends'
elif has_command dnf; then
    manager=dnf install='dnf install -y'
elif has_command pacman; then
    manager=pacman install='pacman -S --needed'
else
    manager=apt install='(with your package manager; these are the names on Debian)'
fi

# The machine code of the kernels is held to a budget, which takes cuobjdump and nvdisasm.
readonly cuda_tools='nvidia-cuda-cuobjdump>=13,<14 nvidia-cuda-nvdisasm>=13,<14'

need_cuda_tools() {
    local path=$PATH:/usr/local/cuda/bin:build/tools/nvidia/cu13/bin
    [[ " $tiers " == *' test '* ]] && PATH=$path has_command nvcc &&
        ! { PATH=$path has_command cuobjdump && PATH=$path has_command nvdisasm; }
}

install_cuda_tools() {
    local -a packages
    need_cuda_tools || return 0
    read -ra packages <<<"$cuda_tools"
    echo "deps.sh: fetching cuobjdump and nvdisasm into build/tools" >&2
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
        --target build/tools "${packages[@]}" >&2 || {
        echo 'deps.sh: cuobjdump and nvdisasm are missing: install them with the CUDA toolkit,' \
            'or' >&2
        echo "deps.sh: once pip works:  python3 -m pip install --target build/tools $cuda_tools" >&2
        return 1
    }
}

# axe-core finds what is hard to use in a page. The package is one of its bindings, of which only
# the script is taken, in this very version: another one has other findings. Tests of pages say so
# where it could not be had.
readonly axe='axe-playwright-python==0.1.8'
readonly axe_sum=sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8

install_axe() {
    [[ " $tiers " == *' test '* ]] && ! [ -e build/tools/axe_playwright_python/axe.min.js ] ||
        return 0
    echo "deps.sh: fetching axe-core into build/tools" >&2
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --retries 1 \
        --require-hashes --target build/tools -r <(echo "$axe --hash=$axe_sum") >&2 ||
        echo "deps.sh: axe-core is missing: its tests are skipped" >&2
}

# finish: the packages are there
finish() {
    cd "$(dirname "$0")/.." || exit 1
    install_axe
    install_cuda_tools
    exit $?
}

# look: what is missing, and what of it cannot be done without
look() {
    # shellcheck disable=SC2086  # words
    missing=$(find_missing $manager $tiers $wished) needed=$(find_missing $manager $tiers)
}

# give_up WHAT: what is missing cannot be installed here
give_up() {
    local how="${become}$install $missing"
    if [ -z "$needed" ]; then
        echo "deps.sh: $missing is not there; only products of matrices are slower without it" >&2
        echo "deps.sh: to have it:  $how" >&2
        finish
    fi
    echo "deps.sh: $1:  $how" >&2
    [ "$tiers" != build ] ||
        echo 'deps.sh: without root: docs/BUILDING.md, "On a cluster without root"' >&2
    exit 1
}

look
[ -z "$missing" ] && finish

become=''
if [ "$(id -u)" -ne 0 ]; then
    become='sudo '
fi
if ! has_command apt-get || { [ -n "$become" ] && ! sudo -n true 2>/dev/null; }; then
    [ -z "$needed" ] || echo "deps.sh: missing: $missing" >&2
    give_up 'install them with'
fi

install_by_apt() {
    local -a packages apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    read -ra packages <<<"$missing"
    [ -n "$become" ] && apt=(sudo -n "${apt[@]}")
    "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}"
}

# Twice, since what clang links against can be named only once clang is there.
for _ in 1 2; do
    echo "deps.sh: installing $missing" >&2
    install_by_apt </dev/null >&2 || give_up 'apt-get failed; once it works'
    hash -r
    look
    [ -z "$missing" ] && finish
done
[ -n "$needed" ] || give_up ''
echo "deps.sh: installed, but still not found: $missing" >&2
exit 1
