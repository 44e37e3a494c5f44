/* The CUDA engine, for the suite: on the executor once for each of several orders (once under
 * AddressSanitizer, unless in the long tier: what it finds hardly depends on the order), on a
 * device once as it is. */
#include "cuda_case.h"
#include "engine/suite/engine_kind.h"
#include "simt/simt.h"
#include "support/sanitized.h"
#include "support/tier.h"

namespace rs_test {

/* Rows are copied before they are sent, so that calls come in the same order. */
static rs_status OpenCuda(int, const EngineWish &wish, rs_engine **engine, rs_error *error)
{
    const rs_engine_plugin_options options = {0, wish.memory_bytes, wish.threads,
                                              RS_PAGE_LOCKING_NEVER};
    return rs_cuda_engine_open(&options, engine, error);
}

std::vector<EngineKind> Engines()
{
    std::vector<EngineKind> kinds;
#ifdef SIMT_CUDA_RUNTIME
    const bool one = AddressSanitized() && !LongTier();
    const std::vector<int> orders = one ? std::vector<int>{1} : std::vector<int>{0, 1, 2};
#else
    const std::vector<int> orders = {0};
#endif
    for (const int order : orders) {
        EngineKind kind;
#ifdef SIMT_CUDA_RUNTIME
        kind.name = "order_" + std::to_string(order);
#else
        kind.name = "device";
#endif
        kind.variant = order;
        kind.open = OpenCuda;
        kind.begin = [](int seed) {
            simt_reset();
            simt_set_seed(static_cast<uint64_t>(seed));
        };
        kind.end = [] {
            ExpectNothingLeft();
            simt_reset();
        };
        kind.slow = true;
        kind.reads_ahead = true;
#ifdef SIMT_CUDA_RUNTIME
        kind.products = "cuBLAS 13.0";
#else
        kind.multiplies = HasCublas;
#endif
        for (const uint64_t chunk_rows : {1u, 50u, 77u, 300u}) { /* of 1 KB, in four slots */
            for (const unsigned threads : {1u, 4u}) {
                kind.divisions.push_back({threads, chunk_rows * 1024 * 4});
            }
        }
        kinds.push_back(kind);
    }
    return kinds;
}

} // namespace rs_test
