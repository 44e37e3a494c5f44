// Shards by hand and by SLURM array.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "sweep/shard.h"
}

namespace {

std::string Parsed(const char *text)
{
    rs_shard shard = {};
    rs_error error = {};
    return rs_shard_parse(text, &shard, &error) == RS_OK
               ? std::to_string(shard.index) + " of " + std::to_string(shard.count)
               : "refused";
}

TEST(Shard, IsOneOfN)
{
    EXPECT_EQ(Parsed("0/1"), "0 of 1");
    EXPECT_EQ(Parsed("999/1000"), "999 of 1000");
    for (const char *text : {"", "1", "1/", "/2", "2/2", "1/0", "-1/2", "1/2x", "1 /2", "0x1/2",
                             "1/99999999999999999999"}) {
        EXPECT_EQ(Parsed(text), "refused") << text;
    }
}

std::string Task(const rs_slurm_array &array, size_t models = 1000)
{
    rs_shard shard = {};
    rs_error error = {};
    return rs_shard_of_array(&array, models, &shard, &error) == RS_OK
               ? std::to_string(shard.index) + " of " + std::to_string(shard.count)
               : error.reason;
}

TEST(Shard, OfARegularArray)
{
    EXPECT_EQ(Task({nullptr, nullptr, nullptr, nullptr, nullptr}), "0 of 1");
    EXPECT_EQ(Task({"0", "0", "999", "1", "1000"}), "0 of 1000");
    EXPECT_EQ(Task({"7", "7", "7", "1", "1"}), "0 of 1");
    EXPECT_EQ(Task({"9", "1", "17", "4", "5"}), "2 of 5");
    const std::string refused = "so it cannot tell which models are its own";
    for (const rs_slurm_array &array :
         {rs_slurm_array{"3", "1", "7", "1", "3"}, // --array=1,3,7
          rs_slurm_array{"10", "1", "9", "4", "3"}, rs_slurm_array{"0", "1", "9", "4", "3"},
          rs_slurm_array{"2", "1", "9", "4", "3"}, rs_slurm_array{"1", "1", "9", "0", "1"}}) {
        EXPECT_NE(Task(array).find(refused), std::string::npos) << Task(array);
    }
    EXPECT_EQ(Task({"x", "1", "2", "1", "2"}),
              "this is a task of a SLURM array, but SLURM_ARRAY_TASK_ID is no number: x");
}

// An array that somebody wrote by hand, with models of its own in each task.
TEST(Shard, FewerModelsThanTasks)
{
    const rs_slurm_array array = {"3", "0", "7", "1", "8"};
    EXPECT_EQ(Task(array, 8), "3 of 8");
    EXPECT_EQ(Task(array, 1), "0 of 1");
    EXPECT_EQ(Task({"3", "1", "7", "1", "3"}, 1), "0 of 1"); // --array=1,3,7
    EXPECT_EQ(Task(array, 7), "7 models cannot be divided among the 8 tasks of this SLURM array: "
                              "some would have none");
}

} // namespace
