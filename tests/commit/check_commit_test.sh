#!/bin/bash
# check_commit_test.sh TREE - scripts/check_commit.sh lets a right commit through and refuses each
# kind of breach. Skipped (77) without git.
set -u

script=$1/scripts/check_commit.sh
command -v git >/dev/null || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
git init -q . || exit 1
git config user.name tester && git config user.email tester@example.org
failed=0

# expect WANTED NAME: the last lines of what it says hold WANTED; "" when it is to say nothing
expect() {
    local said
    git add -A
    said=$(bash "$script" message 2>&1)
    case $? in
        0) [ -z "$1" ] && [ -z "$said" ] && return ;;
        1) [ -n "$1" ] && [[ $said == *"$1"* ]] && return ;;
    esac
    echo "check_commit_test: $2: wanted \"$1\", it says: $said" >&2
    failed=1
}

wide=$(printf '%0101d' 0)
right='base: say how long a text is

Nobody could tell.'
start() { # an empty commit to be, with a right message
    git rm -rqf --ignore-unmatch . && rm -rf host docs
    mkdir -p host docs
    echo 'int x;' >host/a.c
    printf '%s\n' "$right" >message
}

start && expect '' 'a right commit'
start && echo "int x$wide;" >host/a.c && expect 'host/a.c:1: 107 columns' 'a wide line of C'
start && printf 'é%.0s' {1..100} >host/a.c && expect '' 'a hundred letters of two bytes'
start && echo "see $wide" >docs/a.md && expect '' 'a wide line of a document'
start && echo 'int x; ' >host/a.c && expect 'host/a.c:1: trailing whitespace' 'a blank at the end'
start && echo 'base: x' >message && expect 'the body is empty' 'a message of one line'
start && printf 'base: x\n\n# a comment\nSigned-off-by: x\n' >message &&
    expect 'the body is empty' 'a body of comments'
start && printf 'base: x\nwhy\n\nwhy\n' >message && expect 'the second line' 'no empty line'
start && printf 'say it\n\nwhy\n' >message && expect 'the subject is not' 'no floor'
start && printf 'base: %051d\n\nwhy\n' 0 >message && expect '' 'a subject of 57'
start && printf 'base: %055d\n\nwhy\n' 0 >message && expect 'the subject has 61' 'a subject of 61'
start && printf 'base: x\n\n%s\n' "$wide" >message && expect 'line 3 has over' 'a wide body'
start && echo "Merge branch 'x'" >message && expect '' 'a merge'

# Only what is added counts.
start && echo "int x$wide;" >host/a.c && git add -A && git commit -qm 'base: x' --no-verify &&
    echo 'int y;' >>host/a.c && expect '' 'an old wide line'
exit "$failed"
