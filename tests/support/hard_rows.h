/* hard_rows.h - rows of values that are hard to rank: ties, zeros, infinities, NaNs, denormals.
 *
 * Deterministic: the same random state gives the same bits on every machine.
 */
#ifndef RS_TEST_HARD_ROWS_H
#define RS_TEST_HARD_ROWS_H

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "reassess/logits.h"

namespace rs_test {

enum class RowKind {
    kLogits,    /* about normal, deviation 3 */
    kConfident, /* the same, one column far above */
    kFewValues, /* four different values: ties everywhere, also at any boundary */
    kAllEqual,
    kZeros,      /* +0 and -0 */
    kAroundZero, /* zeros of both signs and the smallest denormals of both signs */
    kDenormals,
    kAscending,
    kDescending,
    kSameLeading, /* differ in the lowest bits only */
    kNegative,
    kSomeMinusInf, /* a masked head */
    kAllMinusInf,
    kSomePlusInf,
    kInfinities, /* of both signs, and nothing else */
    kAnyBits,    /* every number there is, no NaN */
    kProbabilities,
    kOneNan, /* any of: either sign, quiet or signalling, any payload, anywhere */
    kNanFirst,
    kNanLast,
    kManyNans,
    kCount
};

const char *RowKindName(RowKind kind);
bool HasNan(RowKind kind);

/* Writes `columns` values to `out`, which may be unaligned. */
void MakeRow(rs_dtype dtype, RowKind kind, uint32_t columns, rs_random *random, void *out);

/* The bits of a NaN: `which` counts through signs, quiet and signalling, small and large
 * payloads. */
uint64_t NanBits(rs_dtype dtype, unsigned which);
void StoreBits(rs_dtype dtype, void *row, uint32_t column, uint64_t bits);

/* A number rounded to the dtype, as bits. */
uint64_t BitsOf(rs_dtype dtype, double value);

/* The floating types and some numbers of columns around the widths of vectors. */
const std::vector<rs_dtype> &FloatTypes();

/* Memory between two pages that cannot be touched: a read outside ends the program. */
class GuardedMemory {
  public:
    explicit GuardedMemory(size_t bytes);
    ~GuardedMemory();
    GuardedMemory(const GuardedMemory &) = delete;
    GuardedMemory &operator=(const GuardedMemory &) = delete;

    char *begin() const
    {
        return begin_;
    }
    char *end() const
    {
        return begin_ + inside_;
    }

  private:
    size_t page_;
    size_t inside_;
    char *begin_;
};

} // namespace rs_test

#endif
