/* How a mutant ends. Where tests' names are what is written down as its catch, the first check that
 * fails has shown it: the rest of that test, which may be seconds, says nothing more. */
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

class FirstFailure : public testing::EmptyTestEventListener {
    std::string name; /* GoogleTest does not tell it while it reports a failure */

    void OnTestStart(const testing::TestInfo &info) override
    {
        name = std::string(info.test_suite_name()) + "." + info.name();
    }

    void OnTestPartResult(const testing::TestPartResult &result) override
    {
        if (!result.failed()) {
            return;
        }
        std::printf("%s\n[  FAILED  ] %s\n", result.message(), name.c_str());
        std::fflush(stdout);
        std::_Exit(1);
    }
};

}  // namespace

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (std::getenv("MUTANT_ENDS_AT_ONCE") != nullptr) {
        testing::UnitTest::GetInstance()->listeners().Append(new FirstFailure);
    }
    return RUN_ALL_TESTS();
}
