#!/bin/bash
# golden_test.sh TREE - scripts/golden.sh catches what it is there for, shown on a program of three
# lines and pages of its own: each change below is a fault that must be seen.
set -u
golden_sh=$(realpath -e "$1/scripts/golden.sh") || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export REASSESS_GOLDEN=$work/golden
failed=0

cat >"$work/reassess" <<'END'
#!/bin/bash
case $1 in
    print) printf 'one\n\n\ttwo  \n\n' ;;
    fail) echo 'what is wrong' >&2; exit 3 ;;
    write) printf 'a,b\n1,2\n' >"$2" ;;
    time) echo "pass $RANDOM.5 ms" ;;
esac
END
chmod +x "$work/reassess"

check() { # check WHAT STATUS: does it come out as it should?
    bash "$golden_sh" --check "$work/reassess" >"$work/log" 2>&1
    local status=$?
    if [ "$status" -ne "$2" ]; then
        echo "$1: exit $status, $2 was expected:"
        cat "$work/log"
        failed=1
    fi
}

fresh() { # pages as they are to be
    rm -rf "$REASSESS_GOLDEN"
    mkdir -p "$REASSESS_GOLDEN/cases" "$REASSESS_GOLDEN/setup" "$REASSESS_GOLDEN/kept/page"
    cp "$(dirname "$golden_sh")/../tests/golden/mask.sed" "$REASSESS_GOLDEN/"
    echo 'echo 5 >five' >"$REASSESS_GOLDEN/setup/common.sh"
    printf 'a,b\n1,2\n' >"$REASSESS_GOLDEN/kept/page/table.csv"
    cat >"$page" <<'END'
# A page

    $ reassess print
    one

    	two  
    (empty line)

    $ reassess fail
    ! what is wrong
    (exit 3)

Words between, then a command of two lines.

    $ reassess write \
      kept/table.csv
    $ reassess time
    pass # ms
    $ cat five
    5
END
}
page=$REASSESS_GOLDEN/cases/page.md
bytes() { sed -i "$1" "$page"; }

fresh && check 'nothing changed' 0
fresh && bytes 's/^    one$/    onE/' && check 'a byte of standard output' 1
fresh && bytes 's/two  $/two/' && check 'blanks at the end of a line' 1
fresh && bytes '/(empty line)/d' && check 'an empty line at the end' 1
fresh && bytes '5d' && check 'an empty line in between' 1
fresh && bytes 's/what is wrong/what was wrong/' && check 'a byte of standard error' 1
fresh && bytes 's/^    ! what/    what/' && check 'standard output in the place of standard error' 1
fresh && bytes 's/exit 3/exit 1/' && check 'another exit status' 1
fresh && bytes '/exit 3/d' && check 'no exit status' 1
fresh && bytes 's/^    5$/    5\n    6/' && check 'a line that nothing printed' 1
fresh && bytes '/^    one/d' && check 'a line that is missing' 1
fresh && printf '    $ reassess print\n' >>"$page" && check 'a command without what it prints' 1
fresh && sed -i 's/2/3/' "$REASSESS_GOLDEN/kept/page/table.csv" && check 'a byte of a file' 1
fresh && rm "$REASSESS_GOLDEN/kept/page/table.csv" && check 'a file without expectation' 1
fresh && rm -r "$REASSESS_GOLDEN/kept" && check 'no folder of files' 1
fresh && : >"$REASSESS_GOLDEN/kept/page/more.csv" && check 'a file that is not written' 1
fresh && bytes 's/^    \$/   $/' && check 'a page without a command' 1
fresh && : >"$REASSESS_GOLDEN/cases/empty.md" && check 'an empty page' 1
fresh && mkdir -p "$REASSESS_GOLDEN/kept/gone" && check 'files of a page that is gone' 1
fresh && rm "$REASSESS_GOLDEN"/cases/* && check 'no page at all' 1
fresh && echo 'exit 1' >"$REASSESS_GOLDEN/setup/common.sh" && check 'a setup that fails' 1

# Renewing mends all of that, says what differed, and then nothing differs.
fresh && bytes 's/^    one$/    onE/'
echo old >"$REASSESS_GOLDEN/kept/page/old.csv"
bash "$golden_sh" --renew "$work/reassess" >"$work/log" 2>&1 || failed=1
grep -q '^-    onE$' "$work/log" || { echo 'renewing does not show the difference'; failed=1; }
check 'renewed' 0
[ ! -e "$REASSESS_GOLDEN/kept/page/old.csv" ] || { echo 'a file stayed that is not written'; failed=1; }
fresh && cp "$page" "$work/page" && bash "$golden_sh" --renew "$work/reassess" >/dev/null 2>&1
cmp "$work/page" "$page" || failed=1

exit $failed
