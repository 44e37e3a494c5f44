# What every golden page starts with. Made by the program itself or written here: the same bytes on
# every machine. Heads are permutations, so that their sums are exact in any order.
set -e

# 12 classes, and 160 images: labels/real.json, labels/original.txt, labels/names.txt.
reassess synth labels --quiet --shape 160,12 --seed 7 -o labels
for ((i = 0; i < 12; i++)); do
    printf 'n%08d\n' $((1000 + 7 * i))
done >labels/synsets.txt
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
logits rows.bin 0.70 9 --format raw

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
for ((i = 0; i < 12; i++)); do
    for ((j = 0; j < 12; j++)); do
        [ $((i ^ 1)) -eq "$j" ] && printf '\0\0\200\077' || printf '\0\0\0\0'
    done
done | npy '<f4' '12, 12' >swapped.npy
