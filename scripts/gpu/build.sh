#!/bin/bash
# build.sh FOLDER ARCH - builds in FOLDER, for one architecture, what a GPU is checked with; all of
# it lies in FOLDER/bin.
set -eu
root=$(readlink -e "$(dirname "$0")/../..")
mkdir -p "$1/bin"
folder=$(readlink -e "$1")
cmake -S "$root" -B "$folder" -D CMAKE_BUILD_TYPE=Release -D CMAKE_CUDA_ARCHITECTURES="$2" \
    -D REASSESS_CUDA=ON -D REASSESS_BENCH=ON -D REASSESS_TESTS=ON -D REASSESS_FLAT=ON \
    -D REASSESS_TEST_GROUP=8
cmake --build "$folder" -j "$(nproc)" \
    --target reassess reassess_cuda reassess_flat test_cuda_gpu cuda_bench
for name in reassess reassess_cuda.so python/libreassess.so tests/cuda/test_cuda_gpu \
    bench/cuda_bench; do
    ln -sf "$folder/$name" "$folder/bin/"
done
echo "built for $2: $folder/bin"
