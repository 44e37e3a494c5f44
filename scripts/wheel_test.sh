#!/bin/bash
# wheel_test.sh - installs the wheel of scripts/wheel.sh where there is no compiler, and tests it.
#
# First in a fresh virtual environment, then in a chroot of Debian 12 with Python and nothing else,
# as an ordinary user there. The tests of the package run on what was installed; the floor of the C
# library is the one that the wheel's name states; and the kernels are those that the processor can
# run, because a compiler's runtime that does not know would leave the slow ones in silence. Where
# nvcc is, the wheel has to hold the CUDA module: without a driver the program and the package say
# so, and beside a driver in name only, made here, they open the module, whose runtime refuses that
# driver.
#
# The chroot stays in build/wheel/root. Exit status 77 where there can be none (scripts/chroot.sh);
# what came before has passed then.
# shellcheck disable=SC2016  # what the chroot expands
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/chroot.sh
. scripts/chroot.sh

fail() {
    echo "wheel_test: $*" >&2
    exit 1
}

wheel=$(echo build/wheel/*.whl)
[ -e "$wheel" ] || fail 'there is no wheel: run scripts/wheel.sh'
[[ $wheel == *-py3-none-* ]] || fail "$wheel is not for every Python"
build/wheel/tools/bin/auditwheel show "$wheel" | tr '\n' ' ' |
    grep -qE 'consistent with the following platform tag: "manylinux_2_([0-9]|1[0-9]|2[0-8])_' ||
    fail "auditwheel finds a newer C library than 2.28 in $wheel"

# The best instruction set that Linux says the processor has.
expected() {
    local flags
    flags=$(grep -m 1 '^flags' /proc/cpuinfo || echo none)
    has() { local f; for f; do [[ " $flags " == *" $f "* ]] || return 1; done; }
    if [ "$(uname -m)" = aarch64 ]; then
        echo neon
    elif [ "$(uname -m)" != x86_64 ] || ! has avx2 fma f16c; then
        echo portable
    elif has avx512f avx512bw avx512vl avx512dq; then
        echo avx512
    else
        echo avx2
    fi
}

# Whether the wheel has the module; it has to where this machine can make it.
module=false
if python3 -m zipfile -l "$wheel" | grep '^reassess/reassess_cuda\.so ' >/dev/null; then
    module=true
elif [ "${REASSESS_WHEEL_CUDA:-AUTO}" != OFF ] && command -v "${CUDACXX:-nvcc}" >/dev/null &&
    command -v g++ >/dev/null; then
    fail 'nvcc is there, and no CUDA module in the wheel'
fi

# A driver in name only, of no function.
make_driver() {
    mkdir -p build/wheel/driver
    echo 'typedef int nothing;' >build/wheel/driver/nothing.c
    "${compiler[@]}" -shared -o build/wheel/driver/libcuda.so.1 build/wheel/driver/nothing.c ||
        fail 'no driver in name could be made'
}
compiler=(cc)
[ ! -x build/wheel/zig/cc ] || compiler=(build/wheel/zig/cc)
! $module || make_driver

# check_cuda DRIVER RUN...: what is said of CUDA without a driver and with that of the folder DRIVER
check_cuda() {
    local driver=$1 said
    shift
    said=$("$@" reassess info | grep '^engine cuda')
    if ! $module; then
        [[ $said == *'not in this build'* ]] || fail "without the module: $said"
        return
    fi
    [[ $said == *'built; CUDA needs the NVIDIA driver, which was not found (libcuda.so.1)' ]] ||
        fail "without a driver: $said"
    said=$("$@" env LD_LIBRARY_PATH="$driver" reassess info | grep '^engine cuda')
    [[ $said == *cudaErrorInsufficientDriver* ]] ||
        fail "the program does not open the module: $said"
    said=$("$@" env LD_LIBRARY_PATH="$driver" python3 -c '
import reassess
try:
    reassess.Scorer(reassess.Labels.from_sets([0], [[0]], 2), device=0)
except reassess.DeviceError as error:
    print(error)')
    [[ $said == *cudaErrorInsufficientDriver* ]] ||
        fail "the package does not open the module: $said"
}

# check RUN...: RUN starts a command in the environment
check() {
    "$@" reassess info | grep -q "^engine cpu *$(expected)," ||
        fail "the kernels are not those of $(expected): $("$@" reassess info | grep '^engine cpu')"
    "$@" python3 -W ignore::UserWarning -m unittest discover -s tests/python ||
        fail 'the tests of the package'
    "$@" reassess run --data tests --out run_out keras:a 2>&1 | grep -q 'keras:a is no model' ||
        fail 'run does not find the Python beside it'
    "$@" rm -rf run_out
}

venv=build/wheel/fresh
rm -rf "$venv"
"${REASSESS_PYTHON:-python3}" -m venv "$venv" || fail 'no virtual environment'
env -i PATH="$PWD/$venv/bin" "$venv/bin/python" -m pip install --quiet --no-index --no-deps \
    "$wheel" || fail 'the wheel does not install'
here=(env -i "PATH=$PWD/$venv/bin:/usr/bin:/bin" PYTHONPATH=tests/python PYTHONDONTWRITEBYTECODE=1)
python3 -c 'import ctypes; ctypes.CDLL("libcuda.so.1")' 2>/dev/null ||
    check_cuda build/wheel/driver "${here[@]}"
check "${here[@]}"
echo 'wheel_test: the fresh environment passed'

make_chroot bookworm build/wheel/root
enter_chroot build/wheel/root
in_chroot bash -c 'command -v python3 >/dev/null && python3 -c "import ensurepip" 2>/dev/null ||
    { apt-get -qq update &&
        apt-get -qq install --no-install-recommends -y python3 python3-venv; }' ||
    skip 'Python cannot be installed in the chroot'
in_chroot bash -c '! command -v cc gcc clang' || fail 'there is a compiler in the chroot'
in_chroot bash -c 'id user >/dev/null 2>&1 || useradd --create-home user; rm -rf /home/user/*'
# shellcheck disable=SC2154  # enter_chroot says where it is
mkdir -p "$root/home/user/tests" "$root/home/user/docs"
cp "$wheel" "$root/home/user"
cp -r docs/PYTHON.md docs/examples "$root/home/user/docs"
cp -r tests/python "$root/home/user/tests"
! $module || cp -r build/wheel/driver "$root/home/user"
in_chroot chown -R user /home/user
as_user() {
    in_chroot setpriv --reuid user --regid user --clear-groups env HOME=/home/user \
        PATH=/home/user/venv/bin:/usr/bin:/bin PYTHONPATH=tests/python \
        bash -c 'cd && exec "$@"' - "$@"
}
as_user bash -c 'python3 -m venv venv && pip install --quiet --no-index --no-deps *.whl' ||
    fail 'the wheel does not install in the chroot'
check_cuda driver as_user
check as_user
echo 'wheel_test: Debian 12 without a compiler passed'
