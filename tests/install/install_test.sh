#!/bin/bash
# install_test.sh BUILD_FOLDER CMAKE CC GENERATOR - installs into an empty prefix, builds a small C
# program on the installed library by find_package and by pkg-config, and runs it both ways.
set -eu

build=$1 cmake=$2 compiler=$3 generator=$4
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

fail() {
    echo "install_test: $*" >&2
    exit 1
}

"$cmake" --install "$build" --prefix "$prefix" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail 'cmake --install failed'
}
library_folder=$(dirname "$(find "$prefix" -name 'libreassess.*' | head -n 1)")
export LD_LIBRARY_PATH=$library_folder
want='reassess 0.1.0: top-1 0.50, ReaL 1.00'

# by CMake
mkdir "$scratch/consumer"
cp "$here/consumer.c" "$scratch/consumer/"
cp "$here/CMakeLists.txt.in" "$scratch/consumer/CMakeLists.txt"
build_consumer() {
    "$cmake" -S "$scratch/consumer" -B "$scratch/consumer/build" -G "$generator" \
        -DCMAKE_C_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" &&
        "$cmake" --build "$scratch/consumer/build"
}
build_consumer >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    fail 'the consumer does not build by find_package'
}
said=$("$scratch/consumer/build/consumer")
[ "$said" = "$want" ] || fail "by find_package the consumer says: $said"

# by pkg-config
export PKG_CONFIG_PATH=$library_folder/pkgconfig
[ "$(pkg-config --modversion reassess)" = 0.1.0 ] || fail 'pkg-config names another version'
if [ -e "$library_folder/libreassess.so" ]; then # which stands on packages that nobody need have
    export PKG_CONFIG_LIBDIR=$PKG_CONFIG_PATH
fi
read -ra cflags <<<"$(pkg-config --cflags reassess)"
read -ra libs <<<"$(pkg-config --libs reassess)"
"$compiler" -std=c11 "${cflags[@]}" "$here/consumer.c" -o "$scratch/by_pkg_config" "${libs[@]}"
said=$("$scratch/by_pkg_config")
[ "$said" = "$want" ] || fail "by pkg-config the consumer says: $said"

# example NAME: where it is installed
example() {
    local path
    path=$(find "$prefix" -path "*/examples/$1.c")
    [ -n "$path" ] || fail "the example $1 is not installed"
    echo "$path"
}

make_example() { # NAME
    local path
    path=$(example "$1") || exit 1
    "$compiler" -std=c11 "${cflags[@]}" "$path" -o "$scratch/$1" "${libs[@]}"
}

# docs/C_API.md names every example, and shows the first as it is
documents=$(dirname "$(example score_batches)")/..
for path in "$documents"/examples/*.c; do
    grep -q "](examples/${path##*/})" "$documents/C_API.md" ||
        fail "docs/C_API.md does not name ${path##*/}"
done
example score_on_device >/dev/null # which the tests of CUDA compile
awk '/^```/ { if (on) exit; inside = !inside; begun = 0; next }
     inside && !begun++ { on = index($0, "/* score_batches.c - ") == 1 }
     on' "$documents/C_API.md" | cmp - "$documents/examples/score_batches.c" ||
    fail 'docs/C_API.md shows another score_batches.c'

# four images of two classes in the order of their file names, as floats; too few, and too many
make_example score_batches
mkdir "$scratch/labels"
printf '1\n0\n1\n0\n' >"$scratch/labels/original.txt"
printf '[[1], [0], [0], [0, 1]]\n' >"$scratch/labels/real.json"
rows() { # CLASS...: a row for each, whose largest value is that class
    local class
    for class; do
        if [ "$class" = 1 ]; then
            printf '\x00\x00\x00\x00\x00\x00\x80\x3f'
        else
            printf '\x00\x00\x80\x3f\x00\x00\x00\x00'
        fi
    done
}
batches() {
    REASSESS_LABELS=$scratch/labels "$scratch/score_batches"
}
said=$(rows 1 0 1 1 | batches)
[ "$said" = 'top-1 0.7500, ReaL 0.7500' ] || fail "the first example says: $said"
said=$(rows 1 0 1 | batches 2>&1)
[ "$said" = $'1 images never came\ntop-1 1.0000, ReaL 0.6667' ] ||
    fail "of three rows the first example says: $said"
if rows 1 0 1 1 0 | batches 2>"$scratch/log"; then
    fail 'the first example takes more rows than there are images'
fi
grep -q 'images' "$scratch/log" || fail "the first example says: $(cat "$scratch/log")"

# the same four, whose rows are in the order of the class folders; by file name half of them would
# be wrong
make_example score_imagefolder
{
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' \
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 1), }"
    printf '\x00\x00\x01\x01'
} >"$scratch/answers.npy"
said=$(REASSESS_LABELS=$scratch/labels "$scratch/score_imagefolder" "$scratch/answers.npy")
[ "$said" = $'imagenet_top1: 100.00 % of 4\nreal_top1: 75.00 % of 4' ] ||
    fail "the second example says: $said"
if REASSESS_LABELS=$scratch "$scratch/score_imagefolder" "$scratch/answers.npy" \
    2>"$scratch/log"; then
    fail 'the second example does without labels'
fi
grep -q 'are not in the label folder' "$scratch/log" ||
    fail "the second example says: $(cat "$scratch/log")"

# 2,000 images of 20 classes, and answers in the order of the class folders, of which four in five
# are right; by file name a twentieth is
make_example diagnose_answers
awk 'BEGIN { for (i = 0; i < 2000; ++i) print (7 * i + int(i / 20)) % 20 }' \
    >"$scratch/labels/original.txt"
awk 'BEGIN { printf "[" } { printf "%s[%d]", (NR > 1 ? ", " : ""), $1 } END { print "]" }' \
    "$scratch/labels/original.txt" >"$scratch/labels/real.json"
awk 'BEGIN { for (i = 0; i < 2000; ++i) print (int(i / 100) + (i % 5 == 0 ? i % 7 : 0)) % 20 }' \
    >"$scratch/answers.txt"
diagnose() {
    REASSESS_LABELS=$scratch/labels "$scratch/diagnose_answers"
}
said=$(diagnose <"$scratch/answers.txt")
advice=$'\nreassess eval --order imagefolder MODEL\n'
[[ $said == 'rows look like ImageFolder order; that gives 8'*"$advice"* ]] ||
    fail "the third example says: $said"
said=$(diagnose <"$scratch/labels/original.txt")
[ "$said" = 'no other order of rows or columns is better' ] || fail "the third example says: $said"
if head -n 7 "$scratch/answers.txt" | diagnose 2>"$scratch/log"; then
    fail 'the third example does without answers'
fi
grep -q 'answers for 7 of 2000 images' "$scratch/log" ||
    fail "the third example says: $(cat "$scratch/log")"

# no private header is installed
private=$(find "$prefix/include" -type f ! -path '*/include/reassess/*.h')
[ -z "$private" ] || fail "installed, but private: $private"

# the program, when it was built, with its manual and completion
if [ -e "$build/reassess" ]; then
    "$prefix/bin/reassess" --version | grep -q '0\.1\.0' || fail 'the program names another version'
    grep -q '^\.TH' "$prefix/share/man/man1/reassess.1" || fail 'the man page is not roff'
    bash -n "$prefix/share/bash-completion/completions/reassess" ||
        fail 'the completion is not a bash script'
fi
echo 'installed, found both ways, ran'
