// An image that stands twice in a table with another answer.
#include <gtest/gtest.h>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

TEST(Repeats, AnotherAnswerOfAnImageThatComesAgainIsTold)
{
    const TemporaryFolder folder;
    const std::string labels =
        folder.write("labels.txt", "a.png 0\nb.png 1\nc.png 2\nd.png 0\ne.png 1\n");
    const auto eval = [&](const std::string &text) {
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--real", "none", "--labels",
                        labels, folder.write("p.csv", text)});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(Record(result.out).integer("metrics.imagenet_top1.correct"), 5);
        return result.err;
    };
    const std::string header = "file,index_0,index_1,prob_0,prob_1\n";
    const std::string rows = "a.png,0,1,.6,.4\nb.png,1,0,.6,.4\nc.png,2,0,.6,.4\n"
                             "d.png,0,1,.6,.4\ne.png,1,2,.6,.4\n";
    const std::string same = eval(header + rows + "b.png,0,1,.3,.7\n"); // class 1 is its best too
    EXPECT_NE(same.find("count once: 1"), std::string::npos) << same;
    EXPECT_EQ(same.find("answer otherwise"), std::string::npos) << same;
    const std::string other = eval(header + rows + "b.png,2,1,.6,.4\nc.png,1,2,.8,.2\n");
    EXPECT_NE(other.find("2 of them answer otherwise than the row that counts, the first of its "
                         "image: b.png, class 2 on line 7 after class 1 on line 3. Are they "
                         "augmented views"),
              std::string::npos)
        << other;
    const std::string stems = eval(header + rows + "b.webp,2,1,.6,.4\n"); // one image by two names
    EXPECT_NE(stems.find("1 of them answer otherwise"), std::string::npos) << stems;
    EXPECT_NE(stems.find("after class "), std::string::npos) << stems;
}

// Where a line is one prediction with its score, lines of an image are a ranking: not where their
// scores add up to what no softmax gives, and those of nearly all others do not.
TEST(Repeats, ScoresThatAreHardlyOfOneRankingAreTold)
{
    const TemporaryFolder folder;
    std::string list, once;
    for (int i = 0; i < 40; ++i) {
        const std::string name = "i" + std::to_string(100 + i) + ".png";
        list += name + " " + std::to_string(i % 3) + "\n";
        once += name + "," + std::to_string(i % 3) + ",0.7\n";
    }
    const std::string labels = folder.write("labels.txt", list);
    const auto eval = [&](const std::string &lines) {
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--json", "-", "--real", "none", "--labels",
                        labels, folder.write("p.csv", "filename,index,prob\n" + lines)});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return result.err;
    };
    const auto with = [&](const std::string &image, const std::string &score) {
        const size_t end = once.find('\n', once.find(image)) + 1;
        return once.substr(0, end) + image + ",2," + score + "\n" + once.substr(end);
    };
    const char *const told = "images with more lines than the others, and scores that add up to "
                             "more than 1: 1, the first i101.png, class 1 on line 3 and class 2 on "
                             "line 4. They are read as longer rankings";
    EXPECT_NE(eval(with("i101.png", "0.6")).find(told), std::string::npos)
        << eval(with("i101.png", "0.6"));
    EXPECT_EQ(eval(with("i101.png", "0.3")), ""); // all above a threshold
    std::string sigmoid = once;
    sigmoid.replace(sigmoid.find("0.7"), 3, "1.5"); // scores of another kind
    const size_t end = sigmoid.find('\n', sigmoid.find("i101.png")) + 1;
    EXPECT_EQ(eval(sigmoid.substr(0, end) + "i101.png,2,0.6\n" + sigmoid.substr(end)), "");
}

} // namespace
