#!/bin/bash
# golden_test.sh TREE - scripts/golden.sh catches what it is there for, shown on a program of three
# lines and pages of its own: each change below is a fault that must be seen.
set -u
golden_sh=$(realpath -e "$1/scripts/golden.sh") || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export REASSESS_GOLDEN_TREE=$work/tree
golden=$REASSESS_GOLDEN_TREE/tests/golden
failed=0

cat >"$work/reassess" <<'END'
#!/bin/bash
case $1 in
    print) printf 'one\n\n\ttwo  \n\n' ;;
    fail) echo 'what is wrong' >&2; exit 3 ;;
    write) printf 'a,b\n1,2\n' >"$2" ;;
    time) echo "pass $RANDOM.5 ms" ;;
    times) printf 'new\npass %s.5 ms\n\npass %s ms\n' $RANDOM $RANDOM ;;
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
    rm -rf "$REASSESS_GOLDEN_TREE"
    mkdir -p "$golden/cases" "$golden/setup" "$golden/kept/page"
    cp "$(dirname "$golden_sh")/../tests/golden/mask.sed" "$golden/"
    echo 'echo 5 >five' >"$golden/setup/common.sh"
    : >"$golden/setup/documents.sh"
    printf 'a,b\n1,2\n' >"$golden/kept/page/table.csv"
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
page=$golden/cases/page.md
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
fresh && sed -i 's/2/3/' "$golden/kept/page/table.csv" && check 'a byte of a file' 1
fresh && rm "$golden/kept/page/table.csv" && check 'a file without expectation' 1
fresh && rm -r "$golden/kept" && check 'no folder of files' 1
fresh && : >"$golden/kept/page/more.csv" && check 'a file that is not written' 1
fresh && bytes 's/^    \$/   $/' && check 'a page without a command' 1
fresh && : >"$golden/cases/empty.md" && check 'an empty page' 1
fresh && mkdir -p "$golden/kept/gone" && check 'files of a page that is gone' 1
fresh && rm "$golden"/cases/* && check 'no page at all' 1
fresh && echo 'exit 1' >"$golden/setup/common.sh" && check 'a setup that fails' 1

# A document shows what a terminal does; timings of its own may stand in it, and lines may be left
# out.
document() { # what prints two lines, an empty one and two blanks
    fresh
    mkdir -p "$REASSESS_GOLDEN_TREE/docs"
    printf '%s\n' '# Print' '' '    $ reassess print' "${@}" '' 'Words.' '' '    reassess print' \
        >"$REASSESS_GOLDEN_TREE/docs/PRINT.md"
}
tab=$'    \ttwo  '
document '    one' '' "$tab" && check 'a document' 0
document '    one' '    ...' && check 'left out at the end' 0
document '    ...' "$tab" && check 'left out at the beginning' 0
document '    ...' '    one' '    ...' '' '    ...' "$tab" '    ...' &&
    check 'left out, but nothing there' 0
document '    one' '    ...' '    three' && check 'a line that is not there' 1
document '    one' && check 'lines that are missing' 1
document '    ...' '    one' && check 'lines that are missing at the end' 1
document && check 'a command alone' 1
document '    ...' &&
    printf '    $ reassess fail\n    what is wrong\n    $ reassess time\n    pass 7.1 ms\n' \
    >>"$REASSESS_GOLDEN_TREE/docs/PRINT.md" && check 'errors, and a timing' 0
document '    ...' && printf '    $ reassess time\n    pass 7 s or so\n' \
    >>"$REASSESS_GOLDEN_TREE/docs/PRINT.md" && check 'what no timing is' 1
document '    one' && echo 'exit 1' >"$golden/setup/PRINT.sh" && check 'a setup that fails' 1
document '    one' && echo 'exit 77' >"$golden/setup/documents.sh" && check 'no data' 0

# Renewing mends all of that, says what differed, and then nothing differs.
fresh && bytes 's/^    one$/    onE/'
echo old >"$golden/kept/page/old.csv"
bash "$golden_sh" --renew "$work/reassess" >"$work/log" 2>&1 || failed=1
grep -q '^-    onE$' "$work/log" || { echo 'renewing does not show the difference'; failed=1; }
check 'renewed' 0
[ ! -e "$golden/kept/page/old.csv" ] || { echo 'a file stayed that is not written'; failed=1; }
fresh && cp "$page" "$work/page" && bash "$golden_sh" --renew "$work/reassess" >/dev/null 2>&1
cmp "$work/page" "$page" || failed=1

# A time stays in a document where it stood, also where another line of its command has changed.
document '    one' '' "$tab" && printf '%s\n' '    $ reassess times' \
    '    old' '    pass 7.1 ms' '' '    pass 8.1 ms' >>"$REASSESS_GOLDEN_TREE/docs/PRINT.md"
sed '/^    old$/s/old/new/' "$REASSESS_GOLDEN_TREE/docs/PRINT.md" >"$work/PRINT.md"
bash "$golden_sh" --renew "$work/reassess" >"$work/log" 2>&1 || failed=1
diff -u "$work/PRINT.md" "$REASSESS_GOLDEN_TREE/docs/PRINT.md" || {
    echo 'renewing does not keep the times of a document'
    failed=1
}

exit $failed
