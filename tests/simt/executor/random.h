/* random.h - where every open order comes from: a small generator, seeded by the test. */
#ifndef SIMT_EXECUTOR_RANDOM_H
#define SIMT_EXECUTOR_RANDOM_H

#include <cstdint>

namespace simt {

class Random { /* xorshift64* over a splitmix64 of the seed */
  public:
    explicit Random(uint64_t seed = 1)
    {
        seed += 0x9e3779b97f4a7c15u;
        seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9u;
        seed = (seed ^ seed >> 27) * 0x94d049bb133111ebu;
        state_ = (seed ^ seed >> 31) | 1;
    }
    uint32_t next()
    {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<uint32_t>(state_ * 0x2545f4914f6cdd1du >> 32);
    }
    /* 0 .. limit-1, for a small limit */
    uint32_t below(uint32_t limit)
    {
        return static_cast<uint32_t>(static_cast<uint64_t>(next()) * limit >> 32);
    }
    bool once_in(uint32_t n)
    {
        return below(n) == 0;
    }

  private:
    uint64_t state_;
};

} // namespace simt

#endif
