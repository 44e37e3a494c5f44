/* planted_test.cc - the checker is checked: every planted bug is caught, and by what.
 *
 * The table is the one of README.md. A bug that ends the process (ASan, a damaged guard byte) is
 * run in a child, which has to die with the named text; the others run here, over a few seeds.
 * Whatever a build is not said to catch it must not catch: the table would be out of date.
 */
#include "planted/cases.h"
#include "simt_test.h"

struct Planted {
    const char *name;
    bool (*sound)();
    bool (*planted)();
};
#define SIMT_CASE_ROW(name) {#name, sound::name, planted::name},
static const Planted cases[] = {SIMT_PLANTED_CASES(SIMT_CASE_ROW)};

enum Catch : unsigned {
    nothing = 0,
    result = 1,  /* a wrong result in some of the seeds */
    report = 2,  /* the executor's own message */
    race = 4,    /* ThreadSanitizer */
};

struct Expectation {
    const char *name;
    unsigned plain;      /* caught in any build without TSan */
    unsigned under_tsan; /* and with it */
    const char *text;    /* part of the executor's message */
    const char *death;   /* the message the process ends with in a plain build, NULL: it does not */
    const char *asan;    /* and under ASan */
};

static const Expectation expectations[] = {
    {"missing_syncthreads", result, result | race, nullptr, nullptr, nullptr},
    {"missing_syncthreads_reuse", result, race | result, nullptr, nullptr, nullptr},
    {"missing_syncwarp", result, result | race, nullptr, nullptr, nullptr},
    {"divergent_barrier", report, report, "different barriers", nullptr, nullptr},
    {"wrong_mask", report, report, "calling lane 31 is not in mask 0x7fffffff", nullptr, nullptr},
    {"early_exit_lane", report, report, "exit", nullptr, nullptr},
    {"uninitialised_shared", result, result, nullptr, nullptr, nullptr},
    {"overrun_static_shared", nothing, nothing, nullptr, nullptr,
     "global-buffer-overflow|out of bounds"},
    {"overrun_dynamic_shared", report, report,
     "the block wrote 1 bytes past the end of its 132 bytes", nullptr, "use-after-poison"},
    {"overrun_global", nothing, nothing, nullptr,
     "allocation 1 of 4000 bytes: a byte 0 past the end of it was overwritten", "use-after-poison"},
    {"missing_stream_wait", result, result | race, nullptr, nullptr, nullptr},
    {"pinned_buffer_reused", result, result | race, nullptr, nullptr, nullptr},
    {"device_buffer_reused", result, result | race, nullptr, nullptr, nullptr},
    {"result_read_too_early", result, result | race, nullptr, nullptr, nullptr},
    {"tie_order_flipped", result, result, nullptr, nullptr, nullptr},
    {"nan_the_other_way", result, result, nullptr, nullptr, nullptr},
    {"minus_infinity_loses", result, result, nullptr, nullptr, nullptr},
    {"offset_of_32_bits", result, result, nullptr, nullptr, nullptr},
    {"increment_within_block", nothing, race, nullptr, nullptr, nullptr},
    {"increment_between_blocks", nothing, race, nullptr, nullptr, nullptr},
    {"increment_between_blocks_apart", result, race, nullptr, nullptr, nullptr},
    {"missing_fence", nothing, race, nullptr, nullptr, nullptr},
    {"misaligned_vector", report, report, "__ldcs of 16 bytes at", nullptr, nullptr},
};

constexpr uint64_t seeds = 16;

class PlantedTest : public SimtTest, public testing::WithParamInterface<size_t> {
  protected:
    /* Runs a case in every order; which ways it was caught, and what was said. */
    unsigned caught_by(bool (*run)(), std::string *text)
    {
        unsigned caught = nothing;
        for (uint64_t seed = 0; seed < seeds; seed++) {
            simt_reset();
            simt_set_seed(seed);
            simt_catch(1);
            const bool right = run();
            const std::string message = simt_message();
            if (!message.empty()) {
                *text = message;
                caught |= report;
            } else if (!right) {
                caught |= result;
            }
            caught |= take_reports() > 0 ? race : nothing;
        }
        return caught;
    }
};

static std::string case_name(const testing::TestParamInfo<size_t> &info)
{
    return cases[info.param].name;
}
INSTANTIATE_TEST_SUITE_P(Bugs, PlantedTest, testing::Range<size_t>(0, std::size(cases)), case_name);

TEST_P(PlantedTest, SoundCodeIsCaughtByNothing)
{
    std::string text;
    EXPECT_EQ(caught_by(cases[GetParam()].sound, &text), 0u) << text;
}

TEST_P(PlantedTest, TheBugIsCaught)
{
    const Expectation &expected = expectations[GetParam()];
    ASSERT_STREQ(expected.name, cases[GetParam()].name);
    const char *const death = SIMT_TEST_ASAN ? expected.asan : expected.death;
    if (death != nullptr) {
        EXPECT_DEATH(
            {
                simt_set_seed(0);
                cases[GetParam()].planted();
            },
            death);
        return;
    }
    std::string text;
    const unsigned caught = caught_by(cases[GetParam()].planted, &text);
    EXPECT_EQ(caught, SIMT_TEST_TSAN ? expected.under_tsan : expected.plain) << text;
    if (expected.text != nullptr) {
        EXPECT_NE(text.find(expected.text), std::string::npos) << text;
    }
}
