/* mutant_case.h - what both checks of mutants begin with. */
#ifndef RS_TEST_MUTANT_CASE_H
#define RS_TEST_MUTANT_CASE_H

#include "images_case.h"
#include "simt/simt.h"

namespace rs_test {

class MutantCase : public testing::Test {
  protected:
    void SetUp() override { Restart(1); }
    void TearDown() override
    {
        EXPECT_STREQ(simt_message(), "");
        simt_reset();
    }

    static void Restart(uint64_t seed)
    {
        simt_reset();
        simt_set_seed(seed);
        simt_catch(1); /* a failed check of the executor is an error of the launch, and told */
    }
};

} // namespace rs_test

#endif
