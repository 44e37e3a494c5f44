#!/bin/bash
# cuda12.sh [--toolkit] - compiles and links the program and its CUDA module with CUDA 12, and opens
# the module. With --toolkit it only puts the compiler together.
#
# For machines whose own nvcc is of CUDA 13. No package registry has a whole CUDA 12, so
# build/cuda12/toolkit comes from two: nvcc and its passes, 12.4.131, out of the package of the next
# Debian; headers of 12.4, and the static runtime, of 12.9 because that of 12.4 is not there, out of
# NVIDIA's packages for Python. Objects of one CUDA 12 go with the runtime of a later one. About 480
# MB are fetched, most of it cuBLAS, of which only the headers are used.
#
# The architectures are those of cmake/CudaArchitectures.cmake, or REASSESS_CUDA12_ARCHITECTURES.
# Where one of the two cannot be reached, or for another processor than x86-64, exit status 77 with
# a word as the last line.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh
out=$PWD/build/cuda12
toolkit=$out/toolkit

fail() {
    echo "cuda12: $*" >&2
    exit 1
}

# nvcc and what it calls
from_debian() {
    local mirror lists=$out/apt apt=()
    command -v apt-get dpkg-deb >/dev/null || skip 'there is no apt to take nvcc 12 from'
    # shellcheck disable=SC2016  # what apt expands
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
        grep -E '/debian/?$' | head -n 1)
    [ -n "$mirror" ] || skip 'apt of this machine names no Debian to take nvcc 12 from'
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
    printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: non-free\n' "$mirror" \
        >"$lists/debian.sources"
    [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
        echo 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >>"$lists/debian.sources"
    apt=(apt-get -qq -o "Dir::Etc::sourcelist=$lists/debian.sources" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$lists/lists" -o "Dir::Cache=$lists/cache"
        -o Dir::State::status=/dev/null
        -o APT::Sandbox::User=)
    "${apt[@]}" update || skip 'the next Debian cannot be reached'
    (cd "$lists" && "${apt[@]}" download nvidia-cuda-toolkit) || skip 'the next Debian has no nvcc'
    rm -rf "$out/debian"
    dpkg-deb -x "$lists"/nvidia-cuda-toolkit_*.deb "$out/debian" ||
        fail 'its package cannot be unpacked'
}

# unpack FOLDER PACKAGE==VERSION...
unpack() {
    local folder=$1
    shift
    "$out/python/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps \
        --only-binary :all: -d "$folder" "$@" || skip 'the packages of CUDA 12 cannot be had'
    "$out/python/bin/python" - "$folder" <<'END'
import glob, sys, zipfile
for wheel in glob.glob(sys.argv[1] + "/*.whl"):
    archive = zipfile.ZipFile(wheel)
    wanted = [name for name in archive.namelist() if "/include/" in name or "/libcudart" in name]
    archive.extractall(sys.argv[1], wanted)
END
}

headers_and_runtime() {
    [ -x "$out/python/bin/python" ] || "${REASSESS_PYTHON:-python3}" -m venv "$out/python" ||
        skip 'there is no virtual environment to fetch by'
    unpack "$out/headers" nvidia-cuda-nvcc-cu12==12.4.99 nvidia-cuda-runtime-cu12==12.4.127 \
        nvidia-cuda-cccl-cu12==12.5.39 nvidia-cublas-cu12==12.4.5.8
    unpack "$out/runtime" nvidia-cuda-runtime-cu12==12.9.79
}

# The folders that nvcc and CMake look for.
assemble() {
    local debian=$out/debian/usr name
    rm -rf "$toolkit"
    mkdir -p "$toolkit/bin" "$toolkit/include" "$toolkit/lib64" "$toolkit/nvvm"
    for name in cudafe++ fatbinary ptxas nvlink bin2c cuobjdump nvdisasm; do
        cp "$debian/bin/$name" "$toolkit/bin/" || fail "the package of nvcc has no $name"
    done
    for name in nvcc cicc crt; do
        cp -r "$debian/lib/nvidia-cuda-toolkit/bin/$name" "$toolkit/bin/" ||
            fail "the package of nvcc has no $name"
    done
    cp -r "$debian/lib/nvidia-cuda-toolkit/libdevice" "$toolkit/nvvm/" ||
        fail 'the package of nvcc has no libdevice'
    cat >"$toolkit/bin/nvcc.profile" <<'END'
TOP = $(_HERE_)/..
NVVMIR_LIBRARY_DIR = $(TOP)/nvvm/libdevice
PATH += $(_HERE_):
INCLUDES += "-I$(TOP)/include" $(_SPACE_)
LIBRARIES =+ $(_SPACE_) "-L$(TOP)/lib64"
END
    for name in "$out/headers/nvidia"/*/include; do
        cp -r "$name/." "$toolkit/include/" || exit 1
    done
    cp "$out/runtime/nvidia/cuda_runtime/lib/"libcudart* "$toolkit/lib64/" ||
        fail 'there is no runtime'
    ln -s libcudart.so.12 "$toolkit/lib64/libcudart.so" # by which CMake knows the folder
    printf '!<arch>\n' >"$toolkit/lib64/libcudadevrt.a" # asked for by nvcc, used by nothing here
}

# The module is opened where there is a driver; here there is one in name only, which the runtime
# refuses.
open_module() {
    local said driver=$out/driver
    mkdir -p "$driver"
    echo 'typedef int nothing;' | cc -shared -x c -o "$driver/libcuda.so.1" - || fail 'cc'
    said=$(LD_LIBRARY_PATH=$driver REASSESS_CUDA_PLUGIN=$out/build/reassess_cuda.so \
        "$out/build/reassess" info | grep '^engine cuda')
    echo "$said"
    [[ $said == *cudaErrorInsufficientDriver* ]] || fail 'the module does not open'
}

[ "$(uname -m)" = x86_64 ] || skip 'the packages of CUDA 12 that are named here are for x86-64'
if ! [ -x "$toolkit/bin/nvcc" ]; then
    from_debian
    headers_and_runtime
    assemble
fi
"$toolkit/bin/nvcc" --version | grep 'release 12' || fail 'nvcc does not start'
[ "${1:-}" != --toolkit ] || exit 0
options=()
[ -z "${REASSESS_CUDA12_ARCHITECTURES:-}" ] ||
    options+=("-DCMAKE_CUDA_ARCHITECTURES=$REASSESS_CUDA12_ARCHITECTURES")
cmake -S . -B "$out/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DREASSESS_CUDA=ON \
    -DREASSESS_WERROR=ON \
    "-DCMAKE_CUDA_COMPILER=$toolkit/bin/nvcc" "${options[@]}" || exit 1
cmake --build "$out/build" --target reassess reassess_cuda || exit 1
"$toolkit/bin/cuobjdump" --list-elf "$out/build/reassess_cuda.so" |
    sed -n 's/.*\.\(sm_[0-9a-z]*\)\.cubin$/\1/p' | sort | uniq -c
ls -l "$out/build/reassess_cuda.so"
open_module
echo 'cuda12: compiled, linked and opened'
