#!/bin/bash
# What every golden page starts with. Made by the program itself or written here: the same bytes on
# every machine. Heads are permutations, so that their sums are exact in any order.
set -e

# 12 classes, and 160 images: labels/real.json, labels/original.txt, labels/names.txt.
reassess synth labels --quiet --shape 160,12 --seed 7 -o labels
# Names that every form of output has to escape.
cat >labels/names.txt <<'END'
tench, Tinca tinca
great white shark, "white shark"
cock
drake
otter <b>
wolf & dog
Łódź cat
desk
bucket
screen; screen's
notebook
dining table, board
END

# A WordNet of these twelve: a synset id is the place of its line.
mkdir wordnet
awk '
function synset(words, parent, gloss,    text) {
    text = sprintf("%08d 05 n 01 %s 0 %03d%s | %s  \n", place, words, parent != "",
                   parent == "" ? "" : sprintf(" @ %08d n 0000", parent), gloss)
    printf "%s", text
    place += length(text)
    return place - length(text)
}
BEGIN {
    licence = "  1 This is no licence.\n"
    printf "%s", licence
    place = length(licence)
    thing = synset("entity", "", "that which is")
    animal = synset("animal", thing, "a living thing that moves")
    fish = synset("fish", animal, "an animal of the water")
    bird = synset("bird", animal, "an animal of the air; \"birds < planes\"")
    made = synset("artifact", thing, "a thing that was made")
    count = split("tench shark cock drake otter wolf cat desk bucket screen notebook table", word,
                  " ")
    for (i = 1; i <= count; i++) {
        parent = i <= 2 ? fish : i <= 4 ? bird : i <= 7 ? animal : made
        printf "n%08d\n", synset(word[i], parent, "what is called " word[i]) >"labels/synsets.txt"
    }
}' >wordnet/data.noun
awk 'NR == FNR { id[NR - 1] = $1; next } /^[0-9]/ { print id[$1] }' \
    labels/synsets.txt labels/original.txt >synset_labels.txt
for ((i = 1; i <= 160; i++)); do
    printf 'ILSVRC2012_val_%08d.JPEG\n' "$i"
done >files.txt
sort -r files.txt >backwards.txt
printf '%s\n' 0 1 2 3 4 5 6 7 8 9 10 -1 >map.txt

logits() { # logits NAME ACCURACY SEED [OPTION...]
    reassess synth logits --quiet --labels labels/original.txt --real labels/real.json \
        --accuracy "$2" --seed "$3" "${@:4}" -o "$1"
}
logits a.npy 0.85 1
logits b.npy 0.75 2 --dtype f16
logits c.safetensors 0.75 3
logits d.npz 0.60 4 --dtype f64
logits e.npy 0.55 5 --dtype bf16
logits odd.npy 0.80 6 --nan-rows 0.05 --inf-rows 0.05 --tied-rows 0.05
logits rows.bin 0.70 9 --file-format raw

npy() { # npy DESCR SHAPE: a header before the bytes that come in
    local text="{'descr': '$1', 'fortran_order': False, 'shape': ($2), }"
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$text"
    cat
}
words() { # numbers up to 255 to integers of 4 bytes
    printf '%b' "$(awk '{ for (i = 1; i <= NF; i++) printf "\\0%03o\\0000\\0000\\0000", $i }')"
}
bytes_of_a() { # bytes_of_a FIRST COUNT: rows of a.npy
    tail -c +$((129 + $1 * 48)) a.npy | head -c $(($2 * 48))
}
bytes_of_a 0 100 | npy '<f4' '100, 12' >part0.npy
bytes_of_a 100 60 | npy '<f4' '60, 12' >part1.npy
for ((i = 0; i < 160; i++)); do
    echo 0 1 2 3 4 5 6 7 8 9 10 11
done | words | npy '<i4' '160, 12' >a_classes.npy
cp a.npy a_scores.npy
for ((i = 0; i < 160; i++)); do # 1/2, 1/4, 1/8, ...
    printf '\0\0\0\077\0\0\200\076\0\0\0\076\0\0\200\075\0\0\0\075\0\0\200\074'
    printf '\0\0\0\074\0\0\200\073\0\0\0\073\0\0\200\072\0\0\0\072\0\0\200\071'
done | npy '<f4' '160, 12' >probabilities.npy
for ((i = 0; i < 12; i++)); do # classes in pairs
    for ((j = 0; j < 12; j++)); do
        [ $((i ^ 1)) -eq "$j" ] && printf '\0\0\200\077' || printf '\0\0\0\0'
    done
done | npy '<f4' '12, 12' >swapped.npy

# Three raters on two classes of each of 40 images, and what experts said of the first 12.
awk '!/^#/ && n < 40 {
    for (k = 0; k < 2; k++) {
        for (r = 0; r < 3; r++) {
            right = k == 0 ? (n * 7 + r * 3) % 10 < 8 : (n * 3 + r * 5) % 10 < 3
            printf "%s,ILSVRC2012_val_%08d.JPEG,%d,%s\n", substr("annbobcid", 1 + 3 * r, 3), n + 1,
                   ($1 + 5 * k) % 12, right ? "yes" : (n + r) % 4 == 0 ? "maybe" : "no"
        }
    }
    n++
}' labels/original.txt >votes.body
{ echo rater,image,label,answer; cat votes.body; } >votes.csv
{ echo rater,image,label,answer; head -n 72 votes.body | tac; } >questions.csv
awk '!/^#/ && n < 12 {
    printf "%s\"ILSVRC2012_val_%08d.JPEG\": [%d]", n == 0 ? "{" : ", ", n + 1, $1
    n++
}
END { print "}" }' labels/original.txt >golden.json
rm votes.body

# Accuracies of 14 models, two of which are not all there.
awk 'BEGIN {
    print "model,imagenet_top1,real_top1"
    for (i = 0; i < 12; i++) {
        x = 60 + 2 * i
        printf "model %s,%.2f,%.2f\n", substr("abcdefghijkl", i + 1, 1), x,
               70 + (i < 7 ? 1.9 * i : 13.3 + 0.8 * (i - 7)) + (i * 5 % 7 - 3) / 10
    }
    print "failed,,\nhalf,71.00,"
}' >accuracies.csv
