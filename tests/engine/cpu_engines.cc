/* The engines of the CPU, for the suite: one for every instruction set. */
#include "engine/suite/engine_kind.h"

namespace rs_test {

static rs_status OpenCpu(int variant, const EngineWish &wish, rs_engine **engine, rs_error *error)
{
    return rs_cpu_engine_open(static_cast<rs_isa>(variant), wish.threads, engine, error);
}

std::vector<EngineKind> Engines()
{
    static const char *const names[] = {"automatic", "portable", "avx2", "avx512"};
    std::vector<EngineKind> kinds;
    for (const rs_isa isa : {RS_ISA_PORTABLE, RS_ISA_AVX2, RS_ISA_AVX512}) {
        EngineKind kind;
        kind.name = names[isa];
        kind.variant = isa;
        kind.open = OpenCpu;
        kind.begin = [](int) {};
        kind.end = [] {};
        for (const unsigned threads : {1u, 2u, 3u, 4u, 8u, 16u}) {
            kind.divisions.push_back({threads, 0});
        }
        kinds.push_back(kind);
    }
    return kinds;
}

} // namespace rs_test
