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

new_tree
seq -f '/* %g */' 501 >"$tree/host/base/long.c"
expect 1 'host/base/long.c:501: the file has 501 lines, 500 are allowed'

new_tree
seq -f '/* %g */' 500 >"$tree/host/base/long.c"
expect 0 ''

rm -rf "${tree:?}"/*
expect 2 'no sources under'

if [ "$failures" -ne 0 ]; then
    echo "$failures of the planted trees were judged wrongly"
    exit 1
fi
echo 'every planted breach was caught'
