#!/bin/bash
# check_layers_test.sh - plants each kind of breach in a small tree and sees that check_layers.sh
# names it, and that it is silent about a tree without any.
set -u

checker=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

new_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/host/base" "$tree/host/engine" "$tree/host/cli" "$tree/include/reassess"
    printf '#include "reassess/status.h"\n#include <stdio.h>\n' >"$tree/host/base/error.h"
    printf '#include "base/error.h"\n#include "build_info.h"\n' >"$tree/host/engine/engine.c"
    printf '#include "engine/engine.h"\n#include "cli/options.h"\n' >"$tree/host/cli/main.c"
    printf '#include "reassess/status.h"\n' >"$tree/include/reassess/labels.h"
}

# expect STATUS TEXT: the checker ends with STATUS and prints TEXT (nothing at all when empty)
expect() {
    local said status
    said=$(bash "$checker" "$tree" 2>&1)
    status=$?
    if [ "$status" -ne "$1" ] || { [ -z "$2" ] && [ -n "$said" ]; } || [[ $said != *"$2"* ]]; then
        printf 'expected status %s and "%s", got %s and:\n%s\n' "$1" "$2" "$status" "$said"
        failures=$((failures + 1))
    fi
}

new_tree
expect 0 ''

new_tree
printf '\n#include "engine/engine.h"\n' >>"$tree/host/base/error.h"
expect 1 'host/base/error.h:4: base may not include engine, which stands on it ("engine/engine.h")'

new_tree
printf '  #  include "cli/options.h"\n' >"$tree/host/engine/engine.h"
expect 1 'host/engine/engine.h:1: engine may not include cli'

new_tree
printf '#include "base/error.h"\n' >>"$tree/include/reassess/labels.h"
expect 1 'include/reassess/labels.h:2: include/ may not include the private base/error.h'

new_tree
printf '#include "build_info.h"\n' >>"$tree/include/reassess/labels.h"
expect 1 'include/reassess/labels.h:2: include/ may not include the private build_info.h'

new_tree
printf '#include "error.h"\n' >>"$tree/host/base/error.h"
expect 1 'host/base/error.h:3: write "error.h" with its folder'

new_tree
printf '#include "../base/error.h"\n' >>"$tree/host/engine/engine.c"
expect 1 'host/engine/engine.c:3: write "../base/error.h" with its folder'

new_tree
printf '#include "attic/old.h"\n' >>"$tree/host/cli/main.c"
expect 1 'host/cli/main.c:3: "attic/old.h" is on no floor of the house'

new_tree
mkdir "$tree/host/attic"
printf '#include "base/error.h"\n' >"$tree/host/attic/old.c"
expect 1 'host/attic/old.c:1: host/attic is not a floor of the house'

new_tree
printf '/* %097d */\n' 0 >>"$tree/host/cli/main.c"
expect 1 'host/cli/main.c:3: the line has 103 columns, 100 are allowed'

new_tree
printf '/* %094d */\n' 0 >>"$tree/host/cli/main.c"
expect 0 ''

# plant_wide FILE: a line of 101 columns in code that is no part of the product
plant_wide() {
    new_tree
    mkdir -p "$(dirname "$tree/$1")"
    printf '\n# %099d\n' 0 >"$tree/$1"
}
for file in CMakeLists.txt cmake/x.cmake cuda/CMakeLists.txt scripts/gpu/x.sh tests/base/x_test.cc \
    tests/base/x.h tests/base/x.inc bench/x.c python/x/x.py docs/examples/x.c; do
    plant_wide "$file"
    mkdir -p "$tree/docs" && touch "$tree/docs/CUDA.md"
    expect 1 "$file:2: the line has 101 columns, 100 are allowed"
done
for file in tests/golden/kept/x.sh tests/golden/cases/x.sh tests/base/x_reference.inc \
    tests/fuzz/corpus/x.c tests/labels/data/x.py; do
    plant_wide "$file"
    expect 0 ''
done

new_tree
seq -f '/* %g */' 501 >"$tree/host/base/long.c"
expect 1 'host/base/long.c:501: the file has 501 lines, 500 are allowed'

new_tree
seq -f '/* %g */' 500 >"$tree/host/base/long.c"
expect 0 ''

new_tree
printf '\n' >"$tree/host/engine/error.h"
expect 1 'host/engine/error.h:1: the file error.h is there twice, first in host/base/error.h'

new_tree
printf '#ifndef RS_ONE_H\n#define RS_ONE_H\n#endif\n' >"$tree/host/base/one.h"
printf '/* two.h */\n#ifndef RS_ONE_H\n#ifndef RS_TWO_H\n' >"$tree/include/reassess/two.h"
expect 1 'include/reassess/two.h:2: the include guard RS_ONE_H is there twice, first in '\
'host/base/one.h'

new_tree
printf 'typedef struct rs_lane {\n    struct rs_slot *slot;\n} rs_lane;\n' >"$tree/host/base/one.h"
printf 'struct rs_lane *lane_of(void);\nstruct rs_lane {\n' >"$tree/host/engine/two.c"
expect 1 'host/engine/two.c:2: the tag rs_lane is there twice, first in host/base/one.h'

new_tree
printf 'struct rs_slot {\n};\nstruct scanner {\n};\n' >"$tree/host/base/one.c"
printf 'static const struct rs_slot made = {\nstruct scanner {\n' >"$tree/host/base/two.c"
expect 0 ''

new_tree
printf '#include "engine/two.h"\n' >"$tree/host/engine/one.c"
printf '#include "engine/three.h"\n' >"$tree/host/engine/two.h"
printf '#include "engine/one.h"\n#include "engine/three.h"\n' >"$tree/host/engine/three.c"
expect 1 'files include each other in a circle: engine/one engine/two engine/three engine/one'

new_tree
printf '/* of bf16, too\n * bf16 */\n' >>"$tree/host/engine/engine.c"
printf 'RS_FLOATS(BF16)\n' >"$tree/host/base/type.h"
expect 0 '' # there is no list
printf 'The files: \140host/base/type.h\140.\n' >"$tree/CONTRIBUTING.md"
expect 0 ''
printf '/* one */ case RS_DTYPE_BF16: /* another */\n' >>"$tree/host/engine/engine.c"
expect 1 'host/engine/engine.c: says bf16, and CONTRIBUTING.md does not list it'

new_tree
mkdir -p "$tree/cuda" "$tree/docs"
printf '{ global: rs_one; rs_two; local: *; }\n' >"$tree/cuda/CMakeLists.txt"
printf '\n' >"$tree/cuda/ring.h"
# write_tour SYMBOL [LINE]: names ring.h, CMakeLists.txt, rs_one and SYMBOL, and what LINE says
write_tour() {
    printf '| \140%s\140 | %s |\n' ring.h 'a ring' CMakeLists.txt "\`rs_one\`, \`$1\`" \
        >"$tree/docs/CUDA.md"
    printf '%s\n' "${2-}" >>"$tree/docs/CUDA.md"
}
write_tour rs_two
expect 0 ''
printf '\n' >"$tree/cuda/slot.h"
write_tour rs_two "In the text: \`slot.h\`."
expect 1 'docs/CUDA.md: the tour does not name slot.h'
write_tour rs_two "| \`slot.h\` \`slot.c\` | a slot |"
expect 1 'docs/CUDA.md: the tour names slot.c, which is not in cuda/'
rm "$tree/cuda/slot.h"
write_tour rs_three
expect 1 'docs/CUDA.md: the tour does not say that rs_two is exported'

rm -rf "${tree:?}"/*
expect 2 'no sources under'

if [ "$failures" -ne 0 ]; then
    echo "$failures of the planted trees were judged wrongly"
    exit 1
fi
echo 'every planted breach was caught'
