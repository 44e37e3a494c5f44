#!/bin/bash
# check_commit.sh [MESSAGE_FILE] - what CONTRIBUTING.md asks of a commit, before it is one.
#
# Of what is staged: lines it adds of over 100 columns (code and scripts) and blanks at the end of
# lines; of MESSAGE_FILE: a subject "floor: what changes" of up to 60 columns, an empty line, and a
# body that says why, of up to 100 columns. As git's hook it checks both:
#
#     ln -s "$PWD/scripts/check_commit.sh" "$(git rev-parse --git-path hooks)/commit-msg"
set -u
export LC_ALL=C.UTF-8

breaches=0
breach() { # breach WHERE REASON
    echo "check_commit: $1: $2" >&2
    breaches=$((breaches + 1))
}

# Golden pages hold what programs print, data and patches what others wrote.
readonly kept=(':!tests/golden/kept' ':!tests/golden/cases' ':!tests/fuzz/corpus' ':!*/data/*')

check_blanks() {
    git diff --cached --check -- "${kept[@]}" >&2 || breach 'staged' 'blanks as git says above'
}

# added_lines: FILE:LINE:TEXT of every line that is added
added_lines() {
    git diff --cached --unified=0 --no-color --no-ext-diff --src-prefix=a/ --dst-prefix=b/ \
        --diff-filter=d -- '*.c' '*.h' '*.cc' '*.def' '*.cu' '*.cuh' '*.sh' '*.py' '*.js' '*.css' \
        '*.cmake' '*CMakeLists.txt' "${kept[@]}" |
        awk '/^diff --git / { header = 1 }
            header && /^\+\+\+ b\// { file = substr($0, 7) }
            /^@@ / { header = 0; split($3, at, ","); line = substr(at[1], 2) }
            !header && /^\+/ { print file ":" line++ ":" substr($0, 2) }'
}

check_columns() {
    local file line text
    while IFS=: read -r file line text; do
        [ "${#text}" -le 100 ] || breach "$file:$line" "${#text} columns, 100 are allowed"
    done < <(added_lines)
}

# Comments and what follows git's scissors are no part of a message; merges and fixup! are git's.
check_message() {
    local -a line
    local at said=0
    readarray -t line < <(sed -e '/^# -* >8 -*$/,$d' -e '/^#/d' "$1")
    case ${line[0]:-} in
        'Merge '* | 'Revert '* | 'fixup! '* | 'squash! '*) return ;;
    esac
    [ "${#line[0]}" -le 60 ] || breach message "the subject has ${#line[0]} columns, 60 are allowed"
    [[ ${line[0]:-} =~ ^[a-z_]+(, [a-z_]+)*:\ [^\ ].*[^.\ ]$ ]] ||
        breach message 'the subject is not "floor: what changes"'
    [ -z "${line[1]:-}" ] || breach message 'the second line is not empty'
    for ((at = 2; at < ${#line[@]}; ++at)); do
        [[ ${line[at]} =~ ^(|[A-Z][A-Za-z-]+-by:.*)$ ]] || said=1
        [ "${#line[at]}" -le 100 ] || breach message "line $((at + 1)) has over 100 columns"
    done
    [ "$said" -eq 1 ] || breach message 'the body is empty: it says why'
}

check_blanks
check_columns
[ $# -eq 0 ] || check_message "$1"
if [ "$breaches" -ne 0 ]; then
    echo 'check_commit: see CONTRIBUTING.md; git commit --no-verify goes past this' >&2
    exit 1
fi
