// What the note of a tally says of the record beside it.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "sweep/result_note.h"
}

namespace {

const std::string kRecord = R"({"model":"a","warnings":[],"timing":{"score_ms":1}})";
const size_t kStable = kRecord.find(",\"timing\"");

class ResultNote : public testing::Test {
  protected:
    ~ResultNote() override
    {
        rs_json_free(note);
        rs_warnings_clear(&warnings);
    }

    // As it is read from a file.
    void Reread()
    {
        rs_text text = {};
        rs_json_print(note, &text);
        rs_json_free(note);
        EXPECT_EQ(rs_json_parse("note", text.data, text.length, &note, nullptr), RS_OK);
        rs_text_clear(&text);
    }

    bool IsOf(const std::string &record) const
    {
        return rs_result_note_is_of(note, record.data(), record.size());
    }

    rs_json *note = rs_json_object();
    rs_warnings warnings = {};
};

TEST_F(ResultNote, is_of_the_record_whatever_its_timing)
{
    rs_result_note_add(note, kRecord.data(), kStable, &warnings);
    Reread();
    EXPECT_TRUE(IsOf(kRecord));
    EXPECT_TRUE(IsOf(kRecord.substr(0, kStable) + R"(,"timing":{"score_ms":20}})"));
    EXPECT_EQ(rs_json_get(note, "warnings"), nullptr);
}

TEST_F(ResultNote, is_not_of_another_or_a_shorter_one)
{
    rs_result_note_add(note, kRecord.data(), kStable, &warnings);
    Reread();
    std::string other = kRecord;
    other[kStable - 1] = '}';
    EXPECT_FALSE(IsOf(other));
    EXPECT_FALSE(IsOf(kRecord.substr(0, kStable - 1)));
    EXPECT_FALSE(IsOf(""));
}

TEST_F(ResultNote, without_the_length_it_is_of_none)
{
    rs_result_note_add(note, kRecord.data(), kStable, &warnings);
    Reread();
    rs_json_remove(note, "record_bytes");
    EXPECT_FALSE(IsOf(kRecord));
    rs_json_add_integer(note, "record_bytes", 0);
    Reread();
    EXPECT_FALSE(IsOf(kRecord));
}

TEST_F(ResultNote, kinds_of_warnings_come_back)
{
    ASSERT_EQ(rs_warnings_add(&warnings, RS_WARNING_MEMBER, nullptr, "a.npy: %d", 1), RS_OK);
    ASSERT_EQ(rs_warnings_add(&warnings, RS_WARNING_PRODUCTS, nullptr, "slow"), RS_OK);
    rs_result_note_add(note, kRecord.data(), kStable, &warnings);
    warnings.item[0].kind = warnings.item[1].kind = RS_WARNING_COUNTS;
    rs_result_note_kinds(note, &warnings);
    EXPECT_EQ(warnings.item[0].kind, RS_WARNING_MEMBER);
    EXPECT_EQ(warnings.item[1].kind, RS_WARNING_PRODUCTS);
}

TEST_F(ResultNote, kinds_that_do_not_fit_are_counts)
{
    ASSERT_EQ(rs_warnings_add(&warnings, RS_WARNING_MEMBER, nullptr, "a"), RS_OK);
    ASSERT_EQ(rs_warnings_add(&warnings, RS_WARNING_CHANCE, nullptr, "b"), RS_OK);
    rs_json *kinds = rs_json_add_array(note, "warnings");
    rs_json_add_text(kinds, nullptr, "of another version");
    rs_result_note_kinds(note, &warnings);
    EXPECT_EQ(warnings.item[0].kind, RS_WARNING_COUNTS);
    EXPECT_EQ(warnings.item[1].kind, RS_WARNING_CHANCE);
}

TEST_F(ResultNote, removed_leaves_the_key)
{
    rs_json_add_text(note, "schema", "of the key");
    rs_result_note_add(note, kRecord.data(), kStable, &warnings);
    rs_result_note_set_sidecar(note, 5, 1);
    rs_result_note_set_sidecar(note, 7, 2);
    Reread();
    int64_t bytes = 0;
    EXPECT_TRUE(rs_json_integer(rs_json_get(note, "sidecar_bytes"), &bytes));
    EXPECT_EQ(bytes, 7);
    EXPECT_TRUE(rs_result_note_is_of_sidecar(note, 2));
    EXPECT_FALSE(rs_result_note_is_of_sidecar(note, 1));
    rs_result_note_remove(note);
    EXPECT_EQ(rs_json_size(note), 1u);
    EXPECT_TRUE(rs_result_note_is_of_sidecar(note, 1)); // notes of before do not tell
}

}  // namespace
