// The tally by a further label set in the note of a part: back as it was, and refused when it is
// not.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "base/json.h"
#include "reassess/tally.h"
#include "sweep/result_note.h"
}

namespace {

class NoteSets : public testing::Test {
  protected:
    void SetUp() override
    {
        tally_ = Make(0x123456789abcdef0);
        other_ = Make(0x0fedcba987654321);
    }
    void TearDown() override
    {
        rs_tally_free(tally_);
        rs_tally_free(other_);
    }
    static rs_tally *Make(uint64_t labels_hash)
    {
        rs_tally_shape shape = {};
        rs_tally *tally = nullptr;
        shape.classes = 3;
        shape.topk_count = 1;
        shape.topk[0] = 1;
        shape.depth = 3;
        shape.labels_hash = labels_hash;
        shape.label_rows = 4;
        EXPECT_EQ(rs_tally_create(&shape, &tally, nullptr), RS_OK);
        return tally;
    }

    // What a note with this text makes of the set.
    static rs_status Take(const std::string &note, rs_tally **tally, rs_error *error)
    {
        rs_json *json = nullptr;
        EXPECT_EQ(rs_json_parse("note", note.data(), note.size(), &json, nullptr), RS_OK) << note;
        const rs_status status = rs_result_note_take_set(json, "a.b", "x.tally", tally, error);
        rs_json_free(json);
        return status;
    }

    rs_tally *tally_ = nullptr;
    rs_tally *other_ = nullptr;
};

TEST_F(NoteSets, BackAsItWas)
{
    rs_json *note = rs_json_object();
    rs_result_note_add_set(note, "other", other_);
    rs_result_note_add_set(note, "a.b", tally_);
    rs_tally *back = nullptr;
    ASSERT_EQ(rs_result_note_take_set(note, "a.b", "x.tally", &back, nullptr), RS_OK);
    EXPECT_TRUE(rs_tally_equal(back, tally_));
    rs_tally_free(back);
    ASSERT_EQ(rs_result_note_take_set(note, "other", "x.tally", &back, nullptr), RS_OK);
    EXPECT_TRUE(rs_tally_equal(back, other_));
    EXPECT_FALSE(rs_tally_equal(back, tally_));
    rs_tally_free(back);
    rs_result_note_remove(note);
    EXPECT_EQ(rs_result_note_take_set(note, "a.b", "x.tally", &back, nullptr), RS_FORMAT);
    rs_json_free(note);
}

TEST_F(NoteSets, DamagedOnesAreRefused)
{
    const std::string missing = "the tally of this part has none of its label set a.b";
    for (const std::string note :
         {R"({})", R"({"real_sets":{}})", R"({"real_sets":{"a.b":7}})", R"({"real_sets":["00"]})",
          R"({"real_sets":{"a.b":"0"}})", R"({"real_sets":{"a.b":"0g"}})",
          R"({"real_sets":{"a.b":"0F"}})"}) {
        rs_tally *tally = nullptr;
        rs_error error = {};
        EXPECT_EQ(Take(note, &tally, &error), RS_FORMAT) << note;
        EXPECT_EQ(error.reason, missing) << note;
        EXPECT_STREQ(error.file, "x.tally");
        EXPECT_EQ(tally, nullptr);
    }
    for (const std::string note :
         {R"({"real_sets":{"a.b":""}})", R"({"real_sets":{"a.b":"00"}})"}) {
        rs_tally *tally = nullptr; // digits, but of no tally
        EXPECT_NE(Take(note, &tally, nullptr), RS_OK) << note;
        EXPECT_EQ(tally, nullptr);
    }
}

} // namespace
