#!/bin/bash
# documents_catch_test.sh TREE PROGRAM - documents_test.sh catches what it is there for: each fault
# that is planted into a copy of the documents is named.
set -u
tree=$(realpath -e -- "$1") || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
for entry in "$tree"/*; do
    ln -s "$entry" "$work/"
done
rm "$work/README.md" "$work/docs"
cp -r "$tree/README.md" "$tree/docs" "$work/"

cat >>"$work/README.md" <<'END'

    reassess eval --isa sse9 a.npy                 # a value that is none
    python3 x.py | reassess eval --frobnicate -    # an option that is none
    reassess compare --order imagefolder \
        --replicates many a.npy b.npy
    reassess evaluate a.npy

Run `reassess sweep --with
care`, with `--carelessness`, as `tests/gone/` and
`scripts/gone.sh` do ([there](docs/GONE.md), [here](docs/SWEEP.md#no-such-heading),
[below](#nowhere)),
which gives `model,class,wnid,title,images`.
END
sed -i 's/^    probe10 .*/& --topk 3/' "$work/docs/SWEEP.md"
sed -i 's/"real_rank", //' "$work/docs/RECORD.md"

bash "$tree/tests/golden/documents_test.sh" "$work" "$2" >"$work/log" 2>&1
status=$?
failed=0
[ "$status" -eq 1 ] || { echo "exit $status"; failed=1; }
while IFS= read -r fault; do
    if ! grep -qF -- "$fault" "$work/log"; then
        echo "not caught: $fault"
        failed=1
    fi
done <<'END'
README.md: reassess eval --isa sse9 a.npy
README.md: reassess eval --frobnicate -
README.md: reassess compare --order imagefolder --replicates many a.npy b.npy
README.md: reassess evaluate a.npy
README.md: reassess sweep --with care
README.md: --carelessness is no option
README.md: there is no tests/gone/
README.md: there is no scripts/gone.sh
README.md: the link docs/GONE.md leads nowhere
README.md: the link docs/SWEEP.md#no-such-heading names no heading
README.md: the link #nowhere names no heading
README.md: no file has the columns model,class,wnid,title,images
docs/SWEEP.md: the list: exit 2
docs/RECORD.md: a row has other members
END
[ "$failed" -eq 0 ] || cat "$work/log"
exit $failed
