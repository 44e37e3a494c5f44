/* isas.h - the instruction sets that there are kernels for on this kind of processor. Whether it
 * can run them is another question (rs_isa_available).
 */
#ifndef RS_TEST_ISAS_H
#define RS_TEST_ISAS_H

#include <vector>

#include "reassess/evaluator.h"

namespace rs_test {

inline std::vector<rs_isa> Isas()
{
#if defined(__x86_64__)
    return {RS_ISA_PORTABLE, RS_ISA_AVX2, RS_ISA_AVX512};
#elif defined(__aarch64__)
    return {RS_ISA_PORTABLE, RS_ISA_NEON};
#else
    return {RS_ISA_PORTABLE};
#endif
}

} // namespace rs_test

#endif
