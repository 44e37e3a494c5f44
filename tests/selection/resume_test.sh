#!/bin/bash
# resume_test.sh TREE - `scripts/test.sh --long --resume` counts what an interrupted run of the same
# commit has passed, runs again what failed or was not reached, and takes up nothing of another
# commit. In a tree that has nothing but the script; cmake, ctest and what else it runs are made up,
# and of the other tools there are none.
set -u
export LC_ALL=C.UTF-8 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

script=$1/scripts
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

mkdir -p tree/scripts tools
cp "$script/test.sh" "$script/selection.sh" tree/scripts/
for tool in bash git tee grep sed awk head tail mkdir rm cat date tr nproc dirname basename uname \
    env find sort comm xargs true; do
    ln -s "$(command -v $tool)" tools/
done
real=$PWD/tools
# Stand-ins say what they were called for in the file `calls`, and fail for what is in `broken`.
cat >tools/called <<END
#!$real/bash
echo "\$*" >>"$scratch/calls"
! grep -qxF -- "\$*" "$scratch/broken" 2>/dev/null
END
cat >tools/cmake <<END
#!$real/bash
[ "\$1" = --build ] && exec called build "\$2"
exit 0
END
cat >tools/ctest <<END
#!$real/bash
name=\$(sed 's/.*--output-junit [^ ]*log.\([^ ]*\)[.]xml.*/\1/' <<<"\$*")
while [ "\$1" != --output-junit ]; do shift; done
called ctest "\$name" && failures=0 || failures=1
echo "<testsuite tests=\"3\" failures=\"\$failures\" skipped=\"1\">" >"\$2"
END
for tool in deps bare_debian next_debian packages_test cuda12 wheel wheel_test; do
    printf '#!%s/bash\ncalled %s\n' "$real" "$tool" >tree/scripts/$tool.sh
done
chmod +x tools/called tools/cmake tools/ctest tree/scripts/*.sh
echo build/ >tree/.gitignore
commit() {
    git -C tree add -A &&
        git -C tree -c user.name=a -c user.email=a@b commit -q --allow-empty -m "$1"
}
git -C tree init -q && commit one || exit 1

run() { # run OPTION...: its status, what it says in the file `said`, what it called in `calls`
    rm -f calls
    PATH=$real tree/scripts/test.sh "$@" >said 2>&1
    status=$?
    touch calls
}
expect() { # expect NAME COMMAND...
    local name=$1
    shift
    "$@" || {
        printf 'resume_test: %s\n' "$name" >&2
        tail -n 40 said >&2
        failed=1
    }
}
# shellcheck disable=SC2317 # `expect` calls what it is given
has() { grep -qxF -- "$1" calls; }
# shellcheck disable=SC2317
lacks() { ! has "$1"; }
# shellcheck disable=SC2317
says() { grep -qE -- "$1" said; }
total() { tail -n 1 said; }

printf '%s\n' 'ctest long-debug' bare_debian >broken
run --long
expect 'a run with failures fails' [ "$status" -eq 1 ]
expect 'what fails is said' says '^long-debug +1 passed, 1 failed, 1 skipped'
expect 'what fails is said of a chroot' says '^bare Debian +FAILED'
expect 'all is run' has 'ctest test-lto'
first=$(total)

run --long --resume
expect 'what failed is run again' has 'ctest long-debug'
expect 'a chroot that failed, too' has bare_debian
expect 'what passed is not' lacks 'ctest long-release'
expect 'nor is it built' lacks 'build build/release'
expect 'nor a chroot that passed' lacks next_debian
expect 'but counted and said' says '^long-release +2 passed, 0 failed, 1 skipped .*, before$'
expect 'the counts are those of one run' [ "$(total)" = "$first" ]
expect 'and it fails as that does' [ "$status" -eq 1 ]

rm broken
run --long --resume
expect 'when that is mended too' says '^bare Debian +passed [(].*[)]$'
expect 'nothing has failed' [ "$status" -eq 0 ]

commit two
run --long --resume
expect 'another commit is run from the start' has 'ctest long-release'
expect 'and built' has 'build build/release'

touch tree/new
run --long --resume
expect 'files that differ from it are refused' [ "$status" -eq 2 ]
expect 'with a word' says '--resume takes up a run of one commit'
expect 'nothing is run' [ ! -s calls ]
rm tree/new

run --long
expect 'without --resume all is run' has 'ctest long-release'
run --resume
expect 'it belongs to the long tier' [ "$status" -eq 2 ]
run --quick --resume
expect 'and to no other' [ "$status" -eq 2 ]
run
expect 'the gate keeps nothing and takes up nothing' has 'ctest test-release'
exit "$failed"
