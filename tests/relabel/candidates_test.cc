// Files of candidates: what is read of them, and what is refused.
#include <gtest/gtest.h>

#include "support/program.h"

extern "C" {
#include "base/error.h"
#include "relabel/candidates.h"
}

namespace {

const char *const kHead =
    R"({"schema": "reassess.candidates/1", "images": 3, "classes": 5, "models": ["a", "b"]})"
    "\n";
const char *const kClass = R"({"class": 4, "synset": "n00000004", "name": "four, 4"})"
                           "\n";
const char *const kA =
    R"({"image": "a.jpg", "original": 1, "candidates": [{"class": 1,)"
    R"( "first": [0, 1]}, {"class": 4}]})"
    "\n";
const char *const kB =
    R"({"image": "b.jpg", "original": null, "candidates": [{"class": 0, "first": [1],)"
    R"( "probs": [0]}]})"
    "\n";
const char *const kC = R"({"image": "c.jpg", "original": 2, "candidates": []})"
                       "\n";

class Candidates {
public:
    explicit Candidates(const std::string &text)
    {
        path = folder_.write("candidates.jsonl", text);
        status = rs_candidates_read(path.c_str(), &value, &error);
    }
    ~Candidates() { rs_candidates_clear(&value); }
    Candidates(const Candidates &) = delete;
    Candidates &operator=(const Candidates &) = delete;
    std::string message() const
    {
        char text[2048];
        const std::string whole = rs_error_text(&error, text, sizeof text);
        return whole.rfind(path, 0) == 0 ? whole.substr(path.size()) : whole;
    }

    rs_candidates value = {};
    rs_status status = RS_OK;
    rs_error error = {};
    std::string path;

private:
    TemporaryFolder folder_;
};

TEST(Candidates, read)
{
    const Candidates read(std::string(kHead) + kClass + kA + "\n" + kB + kC);
    ASSERT_EQ(read.status, RS_OK) << read.message();
    const rs_candidates &value = read.value;
    EXPECT_EQ(value.path, read.path);
    EXPECT_EQ(value.classes, 5u);
    EXPECT_EQ(value.models, 2u);
    ASSERT_EQ(value.images.count, 3u);
    EXPECT_EQ(std::vector<uint64_t>(value.begin, value.begin + 4),
              std::vector<uint64_t>({0, 2, 3, 3}));
    EXPECT_EQ(std::vector<int32_t>(value.class_index, value.class_index + 3),
              std::vector<int32_t>({1, 4, 0}));
    EXPECT_EQ(std::vector<uint32_t>(value.first, value.first + 3),
              std::vector<uint32_t>({3, 0, 2}));
    EXPECT_EQ(std::vector<int32_t>(value.original, value.original + 3),
              std::vector<int32_t>({1, -1, 2}));
    EXPECT_STREQ(value.id[4], "n00000004");
    EXPECT_STREQ(value.name[4], "four, 4");
    EXPECT_EQ(value.id[3], nullptr);
    EXPECT_TRUE(rs_candidates_agree(&value, 0));
    EXPECT_FALSE(rs_candidates_agree(&value, 1));
    EXPECT_FALSE(rs_candidates_agree(&value, 2));
}

TEST(Candidates, refused)
{
    const std::string head = kHead;
    const std::string advice = "; give the file that reassess propose -o writes";
    const auto headed = [](const std::string &rest) {
        return R"({"schema": "reassess.candidates/1", )" + rest + "}\n";
    };
    const std::string shape = "\"images\": 1, \"classes\": 5";
    std::string many = "\"m\"";
    for (int i = 0; i < 30; ++i) {
        many += ", \"m\"";
    }
    const auto image = [](const std::string &candidates) {
        return R"({"image": "a.jpg", "original": 1, "candidates": )" + candidates + "}\n";
    };
    struct Case {
        std::string text;
        std::string message;
    };
    const std::string no_schema =
        ": line 1: the first line does not say \"schema\": \"reassess.candidates/1\"";
    const std::string no_shape =
        ": line 1: \"images\" or \"classes\" is missing or no number within the limits";
    const std::string no_models = ": line 1: \"models\" is no list of 1 to 30 names";
    const Case cases[] = {
        {"", ": there are no candidates in it"},
        {head, ": there are no candidates in it"},
        {"{}\n", no_schema},
        {"[]\n", no_schema},
        {R"({"schema": "reassess.candidates/2"})", no_schema},
        {headed("\"images\": 1, \"classes\": 0, \"models\": [\"a\"]"), no_shape},
        {headed("\"images\": 1, \"classes\": 65537, \"models\": [\"a\"]"), no_shape},
        {headed("\"images\": -1, \"classes\": 5, \"models\": [\"a\"]"), no_shape},
        {headed("\"images\": 1e300, \"classes\": 5, \"models\": [\"a\"]"), no_shape},
        {headed(shape), no_models},
        {headed(shape + ", \"models\": []"), no_models},
        {headed(shape + ", \"models\": [" + many + "]"), no_models},
        {head + "{\"class\": 5}\n", ": line 2: \"class\" is no class"},
        {head + "{\"class\": \"x\"}\n", ": line 2: \"class\" is no class"},
        {head + kClass + kClass, ": line 3: a class is described twice, or behind an image"},
        {head + kA + kClass, ": line 3: a class is described twice, or behind an image"},
        {head + "{\"image\": \"a.jpg\"}\n",
         ": line 2: this is neither an image with \"candidates\" nor a class"},
        {head + "{\"image\": \"\", \"original\": 1, \"candidates\": []}\n",
         ": line 2: this is neither an image with \"candidates\" nor a class"},
        {head + R"({"image": "a.jpg", "candidates": []})",
         ": line 2: \"original\" is neither a class nor null"},
        {head + R"({"image": "a.jpg", "original": 5, "candidates": []})",
         ": line 2: \"original\" is neither a class nor null"},
        {head + image("[{\"class\": 5}]"), ": line 2: a candidate's \"class\" is no class"},
        {head + image("[1]"), ": line 2: a candidate's \"class\" is no class"},
        {head + image("[{\"class\": 1}, {\"class\": 1}]"),
         ": line 2: a class is a candidate twice"},
        {head + image("[{\"class\": 1, \"first\": 0}]"),
         ": line 2: \"first\" is no list of models"},
        {head + image("[{\"class\": 1, \"first\": [2]}]"),
         ": line 2: \"first\" names a model that there is not"},
        {head + kA + kB + kA, ": line 4: an image comes twice"},
        {head + kA + kB + kC + image("[]"),
         ": line 5: there are more images than the first line states"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.text);
        const Candidates read(bad.text);
        EXPECT_EQ(read.status, RS_FORMAT);
        EXPECT_EQ(read.message(), bad.message + advice);
        EXPECT_EQ(read.value.class_index, nullptr);
    }
    EXPECT_EQ(Candidates(head + kA).message(),
              ": 1 images, but the first line states 3; the file is cut off");
    EXPECT_EQ(Candidates(head + "{\"image\"").message(),
              ": line 2: this is not valid JSON; is it the right file? Write or copy it again");
    EXPECT_EQ(Candidates(head + std::string("a\0b", 3)).status, RS_FORMAT);
    rs_candidates value;
    rs_error error = {};
    EXPECT_EQ(rs_candidates_read("/none", &value, &error), RS_IO);
}

}  // namespace
