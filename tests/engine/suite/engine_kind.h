/* engine_kind.h - an engine as the suite sees it. Each program that runs the suite says which
 * engines it has: test_engine the CPU's instruction sets, test_cuda the CUDA engine on the executor
 * under several orders of everything that CUDA leaves open, test_cuda_gpu the one of this machine.
 */
#ifndef RS_TEST_ENGINE_KIND_H
#define RS_TEST_ENGINE_KIND_H

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "engine/score_case.h"

namespace rs_test {

/* How an engine is to work; none of it may show in what it gives. */
struct EngineWish {
    unsigned threads = 2;
    uint64_t memory_bytes = 0; /* for rows under way; 0: as the engine likes. Not for the CPU */
};

struct EngineKind {
    std::string name; /* in the names of tests */
    int variant = 0;  /* for `open` and `begin` */
    rs_status (*open)(int variant, const EngineWish &wish, rs_engine **engine,
                      rs_error *error) = nullptr;
    void (*begin)(int variant) = nullptr; /* before a test */
    void (*end)() = nullptr;              /* after it: nothing may be left */
    bool slow = false;                    /* every row costs a hundred times as much */
    bool reads_ahead = false;             /* readers begin before the first row is scored */
    std::string products;                 /* who multiplies; empty: what this machine has */
    bool (*multiplies)() = nullptr;       /* whether it has somebody; null: always */
    std::vector<EngineWish> divisions;    /* ways to divide the rows of a pass */
};

/* The engines of this program. */
std::vector<EngineKind> Engines();

inline std::ostream &operator<<(std::ostream &out, const EngineKind &kind)
{
    return out << kind.name;
}

inline std::string KindName(const testing::TestParamInfo<EngineKind> &info)
{
    return info.param.name;
}

/* An engine, opened and closed. Null when this processor lacks the instruction set. */
class Engine {
  public:
    explicit Engine(const EngineKind &kind, const EngineWish &wish = {})
    {
        rs_error error = {};
        const rs_status status = kind.open(kind.variant, wish, &engine_, &error);
        EXPECT_TRUE(status == RS_OK || (status == RS_UNSUPPORTED && engine_ == nullptr))
            << error.reason;
    }
    ~Engine()
    {
        if (engine_ != nullptr) {
            engine_->vtable->close(engine_);
        }
    }
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;
    rs_engine *get() const
    {
        return engine_;
    }

  private:
    rs_engine *engine_ = nullptr;
};

/* Brings a kind of engine in and out; skips what this processor cannot run. */
inline void BeginWith(const EngineKind &kind)
{
    kind.begin(kind.variant);
    const Engine engine(kind);
    if (engine.get() == nullptr) {
        GTEST_SKIP() << "this processor cannot run these kernels";
    }
}

/* The same for what needs products of matrices. */
inline void BeginToMultiply(const EngineKind &kind)
{
    if (kind.multiplies != nullptr && !kind.multiplies()) {
        GTEST_SKIP() << "there is no library for products";
    }
}

/* What every suite of engines begins with. */
class EngineSuite : public testing::TestWithParam<EngineKind> {
  protected:
    void SetUp() override
    {
        BeginWith(GetParam());
    }
    void TearDown() override
    {
        GetParam().end();
    }

    /* A number of rows, or fewer where they cost much. */
    static uint64_t Rows(uint64_t rows, uint64_t fewer)
    {
        return GetParam().slow ? fewer : rows;
    }
};

} // namespace rs_test

#endif
