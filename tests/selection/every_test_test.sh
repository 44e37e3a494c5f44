#!/bin/bash
# every_test_test.sh TREE CTEST - scripts/every_test.py finds each way in which a test may have run
# in no build, and is content with what ran in one. Two builds of a program are made up: scripts
# that list tests, and results as GoogleTest writes them.
set -u
export LC_ALL=C.UTF-8

script=$1/scripts/every_test.py
PATH=$(dirname "$2"):$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

# make_build NAME: with a program test_it of four tests, which ctest runs in two parts
make_build() {
    mkdir -p "$1/ran"
    cat >"$1/test_it" <<'END'
#!/bin/bash
[ "$1" = --gtest_list_tests ] && [ -z "${GTEST_FILTER:-}" ] || exit 9
printf 'Running main() from gtest_main.cc\nPlain.\n  One\n  Two\n  DISABLED_Three\n'
printf 'All/Typed.  # TypeParam = int\n  Works/0  # GetParam() = 1\n  Works/1  # GetParam() = 2\n'
END
    chmod +x "$1/test_it"
    for part in 0 1; do
        echo "add_test(it.part_$part \"$PWD/$1/test_it\" \"--gtest_brief=1\")"
        echo "set_tests_properties(it.part_$part PROPERTIES ENVIRONMENT" \
            "\"GTEST_FILTER=*;GTEST_OUTPUT=xml:$PWD/$1/ran/$part.xml\")"
    done >"$1/CTestTestfile.cmake"
}

# ran BUILD PART TEST[=WHY]...: what a part has run; of those with WHY, why they were skipped
ran() {
    local file=$1/ran/$2.xml test name why
    shift 2
    {
        echo '<?xml version="1.0" encoding="UTF-8"?><testsuites><testsuite>'
        for test in "$@"; do
            name=${test%%=*} why=''
            [[ $test != *=* ]] || why="<skipped message=\"a.cc:1&#x0A;${test#*=}\"/>"
            echo "<testcase name=\"${name#*.}\" status=\"run\" classname=\"${name%%.*}\">$why" \
                '</testcase>'
        done
        echo '</testsuite></testsuites>'
    } >"$file"
}

# expect STATUS WORDS NAME: what it says holds WORDS
expect() {
    local said status
    said=$(python3 "$script" one two 2>&1)
    status=$?
    if [ "$status" -ne "$1" ] || [[ $said != *"$2"* ]]; then
        printf 'every_test_test: %s: %s, %s\n' "$3" "$status" "$said" >&2
        failed=1
    fi
}

for build in one two; do
    make_build "$build"
done
volume='REASSESS_LONG is not set: volume, by the optimised build'
ran one 0 Plain.One All/Typed.Works/0
ran two 0 Plain.Two
ran two 1 All/Typed.Works/1 All/Typed.Works/0
expect 0 '4 tests: 4 have run in one of 2 builds or more, 0 were skipped' 'all have run'
ran two 0 Plain.Two='REASSESS_DATA is not set'
expect 0 '3 have run in one of 2 builds or more, 1 were skipped for want of something' 'no data'
ran two 0 Plain.Two="$volume"
expect 1 'no build has run Plain.Two of test_it' 'volume that the other build leaves out'
ran two 0 Plain.Two='sanitizers take memory of their own'
expect 1 'no build has run Plain.Two of test_it' 'a sanitizer'
ran one 0 Plain.One All/Typed.Works/0 Plain.Two
expect 0 '4 have run' 'the other build has run what a sanitizer leaves out'
ran two 0 Plain.One
ran one 0 Plain.One All/Typed.Works/0
expect 1 'no build has run Plain.Two of test_it' 'selected by neither'
ran two 0 Plain.Two
rm two/ran/1.xml
expect 1 'no build has run All/Typed.Works/1 of test_it' 'a part that did not end'

# ---- what the tests of this tree say when a sanitizer is their reason is known to it ----
reasons=$(grep -rhoE 'RS_SKIP_IF_SANITIZED\(".*"\)|GTEST_SKIP\(\) << "[^"]*volume[^"]*"' \
    "$1"/tests/*/ --include='*.cc' --include='*.h' |
    sed 's/[^"]*"\(.*\)".*/\1/' | sort -u)
[ "$(wc -l <<<"$reasons")" -ge 3 ] || { echo "every_test_test: reasons: $reasons" >&2 && failed=1; }
while read -r reason; do
    ran two 0 Plain.Two="$reason"
    expect 1 'no build has run Plain.Two of test_it' "$reason"
done <<<"$reasons"
exit "$failed"
