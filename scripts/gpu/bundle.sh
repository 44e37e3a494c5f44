#!/bin/bash
# bundle.sh FOLDER ARCH [PROGRAMS] - what gpu_check.sh needs on a machine without nvcc and network:
# the programs without their symbols, the shared libraries that the machine may lack (all but the C
# library's own and the driver's), the scripts and the Python package: FOLDER, and FOLDER.tar.xz of
# up to 10 MB.
set -eu
root=$(readlink -e "$(dirname "$0")/../..")
folder=$1 arch=$2 programs=${3:-}
[ ! -e "$folder" ] || { echo "bundle.sh: there is a $folder already" >&2 && exit 1; }
if [ -z "$programs" ]; then
    bash "$root/scripts/gpu/build.sh" "$root/build/gpu-$arch" "$arch"
    programs=$root/build/gpu-$arch/bin
fi
mkdir -p "$folder/bin" "$folder/lib" "$folder/scripts" "$folder/python"
for name in reassess reassess_cuda.so libreassess.so test_cuda_gpu cuda_bench; do
    cp -L "$programs/$name" "$folder/bin/"
    strip "$folder/bin/$name" 2>/dev/null || [ "$(head -c 2 "$folder/bin/$name")" = '#!' ]
done
own='/(ld-linux[^/]*|lib(c|m|dl|rt|pthread|cuda))[.]so[^/]*$'
for name in "$folder"/bin/*; do
    ldd "$name" || true
done 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | grep -Ev "$own" | sort -u |
    while read -r name; do
        cp -L "$name" "$folder/lib/"
    done
cp -r "$root/scripts/gpu_check.sh" "$root/scripts/compute_sanitizer.sh" "$root/scripts/gpu" \
    "$root/scripts/nsight" "$folder/scripts/"
cp -r "$root/python/reassess" "$folder/python/"
find "$folder/python" -name __pycache__ -prune -exec rm -r {} +
archive=$folder.tar.xz
tar -C "$(dirname "$folder")" -c "$(basename "$folder")" | xz -4 >"$archive"
bytes=$(stat -c %s "$archive") name=$(basename "$folder")
echo "$archive: $((bytes / 1000)) KB; there: tar xf $name.tar.xz &&" \
    "bash $name/scripts/gpu_check.sh OUT"
[ "$bytes" -le 10000000 ] || { echo 'bundle.sh: that is more than 10 MB' >&2 && exit 1; }
