/* thrust_check.cc - Thrust works on the executor's device memory, as stream work. */
#include "kernels/launch.h"
#include "simt/simt.h"
#include "thrust/count_pairs.h"

#include <cstdio>
#include <vector>

int main()
{
    const std::vector<uint64_t> keys = {5, 1, 5, 3, 1, 5};
    pair_counts pairs = {};
    pairs.count = keys.size();
    cudaMalloc(&pairs.keys, keys.size() * sizeof(uint64_t));
    cudaMalloc(&pairs.unique, keys.size() * sizeof(uint64_t));
    cudaMalloc(&pairs.counts, keys.size() * sizeof(unsigned));
    cudaMemcpy(pairs.keys, keys.data(), keys.size() * sizeof(uint64_t), cudaMemcpyHostToDevice);
    if (simt_run_library(nullptr, count_pairs, &pairs) != cudaSuccess || pairs.found != 3) {
        return 1;
    }
    uint64_t unique[3];
    unsigned counts[3];
    cudaMemcpy(unique, pairs.unique, sizeof unique, cudaMemcpyDeviceToHost);
    cudaMemcpy(counts, pairs.counts, sizeof counts, cudaMemcpyDeviceToHost);
    const bool right = unique[0] == 1 && unique[1] == 3 && unique[2] == 5 && counts[0] == 2 &&
                       counts[1] == 1 && counts[2] == 3;
    printf("%s\n", right ? "thrust counts pairs" : "thrust counts wrongly");
    return right ? 0 : 1;
}
