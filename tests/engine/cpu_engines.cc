/* The engines of the CPU, for the suite: one for every instruction set. */
#include "engine/suite/engine_kind.h"
#include "support/isas.h"

extern "C" {
#include "engine/row_kernel.h"
}

namespace rs_test {

static rs_status OpenCpu(int variant, const EngineWish &wish, rs_engine **engine, rs_error *error)
{
    return rs_cpu_engine_open(static_cast<rs_isa>(variant), wish.threads, engine, error);
}

std::vector<EngineKind> Engines()
{
    std::vector<EngineKind> kinds;
    for (const rs_isa isa : Isas()) {
        EngineKind kind;
        kind.name = rs_isa_name(isa);
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
