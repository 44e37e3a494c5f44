// The table of a record's fields: what is written is what is read, and what the docs name.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "support/program.h"

extern "C" {
#include "report/record_fields.h"
#include "report/record_read.h"
}

namespace {

std::string Source(const std::string &path)
{
    return ReadFile(std::string(RS_TEST_SOURCES) + "/" + path);
}

// A record that was read.
class Parsed {
  public:
    explicit Parsed(const std::string &text)
    {
        status = rs_record_parse("NAME.json", text.data(), text.size(), &record, nullptr);
    }
    ~Parsed()
    {
        rs_record_clear(&record);
    }
    Parsed(const Parsed &) = delete;
    Parsed &operator=(const Parsed &) = delete;

    std::string Write(size_t *stable_bytes) const
    {
        rs_text out = {};
        rs_record_write(&record, &out, stable_bytes);
        EXPECT_EQ(rs_text_check(&out, nullptr), RS_OK);
        const std::string text(out.data, out.length);
        rs_text_clear(&out);
        return text;
    }

    rs_record record = {};
    rs_status status = RS_OK;
};

TEST(RecordFields, a_record_that_was_read_is_written_as_it_was)
{
    size_t stable_bytes = 0;
    for (const char *name : {"whole", "all_optional", "no_values", "calibration_empty", "escapes",
                             "bracket", "choice", "choice_of_old_tally",
                             "average_precision", "no_average_precision"}) {
        const Parsed first(Source(std::string("tests/fuzz/corpus/record/") + name));
        ASSERT_EQ(first.status, RS_OK) << name;
        const std::string text = first.Write(&stable_bytes);
        const Parsed second(text);
        ASSERT_EQ(second.status, RS_OK) << name;
        EXPECT_EQ(second.Write(&stable_bytes), text) << name;
    }
    const std::string whole = Source("tests/fuzz/corpus/record/whole");
    EXPECT_EQ(Parsed(whole).Write(&stable_bytes), whole);
}

TEST(RecordFields, identical_runs_have_the_stable_bytes_in_common)
{
    Parsed one(Source("tests/fuzz/corpus/record/whole"));
    size_t stable_bytes = 0;
    const std::string before = one.Write(&stable_bytes);
    ASSERT_LT(stable_bytes, before.size());
    EXPECT_EQ(before.substr(stable_bytes, 11), ",\"timing\":{");
    one.record.timing.score_ms += 1;
    one.record.engine.threads += 1;
    size_t stable_after = 0;
    const std::string after = one.Write(&stable_after);
    EXPECT_EQ(stable_after, stable_bytes);
    EXPECT_EQ(after.substr(0, stable_bytes), before.substr(0, stable_bytes));
    EXPECT_NE(after, before);
}

// The text of "| `NAME` | TEXT |" in docs/RECORD.md.
std::string Documented(const std::string &name)
{
    std::istringstream page(Source("docs/RECORD.md"));
    const std::string begin = "| `" + name + "` |";
    for (std::string line; std::getline(page, line);) {
        if (line.compare(0, begin.size(), begin) == 0) {
            return line.substr(begin.size());
        }
    }
    return "";
}

TEST(RecordFields, docs_name_every_field)
{
    size_t count = 0;
    const rs_record_field *fields = rs_record_fields(&count);
    ASSERT_GT(count, 40u);
    for (size_t i = 0; i < count; ++i) {
        // A head is described with the input that it lies in.
        const rs_record_section section =
            fields[i].section == RS_SECTION_HEAD ? RS_SECTION_INPUT : fields[i].section;
        const std::string text = Documented(rs_record_section_rule(section)->name);
        EXPECT_NE(text.find("`" + std::string(fields[i].name) + "`"), std::string::npos)
            << rs_record_section_rule(section)->name << "." << fields[i].name;
    }
}

TEST(RecordFields, columns_are_of_fields_that_can_be_printed)
{
    const std::string page = Source("docs/RECORD.md");
    size_t count = 0;
    const rs_record_column *columns = rs_record_columns(&count);
    ASSERT_GT(count, 10u);
    for (size_t i = 0; i < count; ++i) {
        const rs_record_field *field = rs_record_field_find(columns[i].section, columns[i].field);
        ASSERT_NE(field, nullptr) << columns[i].name;
        const bool real = field->kind == RS_FIELD_NUMBER || field->kind == RS_FIELD_MEAN ||
                          field->kind == RS_FIELD_NUMBER_OR_NULL ||
                          field->kind == RS_FIELD_ERROR_BAR ||
                          (field->kind == RS_FIELD_METRIC &&
                           columns[i].form == RS_COLUMN_PERCENT);
        EXPECT_TRUE(real || (columns[i].form == RS_COLUMN_PLAIN &&
                             (field->kind == RS_FIELD_COUNT || field->kind == RS_FIELD_HASH ||
                              field->kind == RS_FIELD_TEXT)))
            << columns[i].name;
        EXPECT_NE(page.find("`" + std::string(columns[i].name) + "`"), std::string::npos)
            << columns[i].name;
    }
}

}  // namespace
