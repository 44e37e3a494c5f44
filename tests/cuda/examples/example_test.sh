#!/bin/bash
# example_test.sh EXAMPLE - docs/examples/score_on_device.c, compiled, on four rows of three
# classes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

number() { # number HIGH LOW: a float64 by its two highest bytes
    printf '%b' "\\0\\0\\0\\0\\0\\0\\x$2\\x$1"
}
zero() { number 00 00; }
one() { number 3f f0; }
two() { number 40 00; }
three() { number 40 08; }
five() { number 40 14; }

echo '[[0], [2, 1], [], [0]]' >"$folder/real.json"
printf '0\n1\n2\n2\n' >"$folder/labels.txt"
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf '%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }"
    for value in three one two zero one five one zero zero two two one; do
        $value
    done
} >"$folder/logits.npy"

said=$("$1" "$folder/real.json" "$folder/labels.txt" "$folder/logits.npy")
[ "$said" = 'top-1 0.2500, ReaL 1.0000' ] || {
    echo "unexpected: $said" >&2
    exit 1
}
if "$1" "$folder/none.json" "$folder/labels.txt" "$folder/logits.npy" 2>"$folder/said"; then
    exit 1
fi
grep -q 'none.json' "$folder/said"
echo 'scored four rows'
