// Tables as they are shown: widths on a terminal, escapes of Markdown, CSV and LaTeX.
#include <gtest/gtest.h>

#include <string>

#include "support/program.h"

extern "C" {
#include "report/cells.h"
#include "report/table_show.h"
}

namespace {

class Shown {
  public:
    explicit Shown(const rs_text &marked, rs_table_format format, size_t columns = 80,
                   bool bold = false)
    {
        rs_tables_show(&marked, rs_table_look{format, columns, bold}, &text_);
    }
    ~Shown()
    {
        rs_text_clear(&text_);
    }
    std::string str() const
    {
        return text_.length > 0 ? std::string(text_.data, text_.length) : "";
    }

  private:
    rs_text text_ = {};
};

class TableShow : public ::testing::Test {
  protected:
    ~TableShow() override
    {
        rs_text_clear(&out);
    }
    void begin(size_t indent = 0)
    {
        rs_table_begin(&out, indent);
        rs_table_column(&out, RS_TABLE_KEY, "model");
        rs_table_column(&out, RS_TABLE_NUMBER, "images");
        rs_table_column(&out, RS_TABLE_RANGE, "top-1,\n%");
    }
    void row(const char *name, uint64_t images, const char *range)
    {
        rs_table_row(&out);
        rs_table_name(&out, name);
        rs_table_count(&out, images);
        rs_table_put(&out, "%s", range);
    }
    std::string show(rs_table_format format, size_t columns = 80, bool bold = false) const
    {
        return Shown(out, format, columns, bold).str();
    }
    rs_text out = {};
};

TEST_F(TableShow, columns_stand_under_each_other)
{
    rs_text_add(&out, "before\n");
    begin(2);
    row("a", 1234567, "75.06 [74.68, 75.44]");
    row("bc", 8, " 5.00");
    rs_table_end(&out);
    rs_text_add(&out, "after\n");
    EXPECT_EQ(show(RS_TABLE_PLAIN), "before\n"
                                    "                    top-1,\n"
                                    "  model     images  %\n"
                                    "  a      1,234,567  75.06 [74.68, 75.44]\n"
                                    "  bc             8   5.00\n"
                                    "after\n");
    EXPECT_EQ(show(RS_TABLE_PLAIN, 80, true), "before\n"
                                              "\x1b[1m                    top-1,\x1b[0m\n"
                                              "\x1b[1m  model     images  %\x1b[0m\n"
                                              "  a      1,234,567  75.06 [74.68, 75.44]\n"
                                              "  bc             8   5.00\n"
                                              "after\n");
}

TEST_F(TableShow, numbers_are_numbers_in_csv)
{
    rs_text_add(&out, "before\n");
    begin();
    row("a,b", 1234567, "+75.06 [-74.68, +75.44]");
    rs_table_row(&out);
    rs_table_same(&out);
    rs_table_none(&out);
    rs_table_put(&out, " 5.00");
    row("=1+1", 0, "[1.00, 2.00]");
    rs_table_end(&out);
    rs_text_add(&out, "between\n");
    begin();
    rs_table_end(&out);
    EXPECT_EQ(show(RS_TABLE_CSV), "model,images,\"top-1, %\",\"top-1, % low\",\"top-1, % high\"\n"
                                  "\"a,b\",1234567,75.06,-74.68,75.44\n"
                                  "\"a,b\",,5.00,,\n"
                                  "'=1+1,0,,1.00,2.00\n"
                                  "\n"
                                  "model,images,\"top-1, %\",\"top-1, % low\",\"top-1, % high\"\n");
}

TEST_F(TableShow, markdown_is_what_the_cells_say)
{
    rs_text_add(&out, "a_b and *c*\n    no code\n");
    begin();
    row("vit_base|x <b> [l](u) ${x}$", 1000, "75.06 [74.68, 75.44]");
    rs_table_row(&out);
    rs_table_same(&out);
    rs_table_end(&out);
    rs_text_add(&out, "after\n");
    EXPECT_EQ(show(RS_TABLE_MARKDOWN),
              "a\\_b and \\*c\\*\nno code\n"
              "\n"
              "| model | images | top-1, % |\n"
              "| :--- | ---: | :--- |\n"
              "| vit\\_base\\|x \\<b\\> [l\\](u) \\${x}\\$ | 1,000 | 75.06 [74.68, 75.44] |\n"
              "|  |  |  |\n"
              "\n"
              "after\n");
}

TEST_F(TableShow, latex_is_what_the_cells_say)
{
    rs_text_add(&out, "of 50 % of them\n");
    begin();
    row("[r]esnet_50 & {x} \\y ~^#$%", 1000, "-75.06 [74.68, 75.44]");
    row("*", 1, "-");
    row("---out-of `x`", 1, "-");
    rs_table_end(&out);
    EXPECT_EQ(show(RS_TABLE_LATEX),
              "% of 50 % of them\n"
              "\n"
              "\\begin{tabular}{lrl}\n"
              "\\hline\n"
              "model & images & top-1, \\% \\\\\n"
              "\\hline\n"
              "{[}r]esnet\\_50 \\& \\{x\\} \\textbackslash{}y "
              "\\textasciitilde{}\\textasciicircum{}\\#\\$\\% & 1,000 & $-$75.06 [74.68, 75.44] "
              "\\\\\n"
              "{*} & 1 & - \\\\\n"
              "-{}-{}-out-of \\textasciigrave{}x\\textasciigrave{} & 1 & - \\\\\n"
              "\\hline\n"
              "\\end{tabular}\n");
}

// A name that is too wide has a line of its own, and is never cut; what has no room goes on below.
TEST_F(TableShow, no_line_is_wider_than_the_place)
{
    const std::string name = "vit_base_patch16_clip_224.openai_ft_in12k_in1k";
    rs_table_begin(&out, 2);
    rs_table_column(&out, RS_TABLE_KEY, "model");
    for (int i = 0; i < 6; ++i) {
        rs_table_column(&out, RS_TABLE_RANGE, ("range " + std::to_string(i)).c_str());
    }
    for (const std::string &model : {name, std::string("short")}) {
        rs_table_row(&out);
        rs_table_name(&out, model.c_str());
        for (int i = 0; i < 6; ++i) {
            rs_table_put(&out, "%d5.06 [74.68, 75.44]", i);
        }
    }
    rs_table_end(&out);
    for (const size_t columns : {60, 80, 100, 200}) {
        const std::string text = show(RS_TABLE_PLAIN, columns);
        for (const std::string &line : SplitLines(text)) {
            EXPECT_LE(line.size(), columns) << text;
        }
        EXPECT_NE(text.find("  " + name), std::string::npos) << text;
        for (int i = 0; i < 6; ++i) { // every cell is there, once a model
            const std::string cell = std::to_string(i) + "5.06 [74.68, 75.44]";
            const size_t first = text.find(cell);
            ASSERT_NE(first, std::string::npos) << text;
            EXPECT_NE(text.find(cell, first + 1), std::string::npos) << text;
        }
    }
    EXPECT_EQ(SplitLines(show(RS_TABLE_PLAIN, 200)).size(), 3u);
}

TEST_F(TableShow, prose_goes_on_in_the_next_line)
{
    rs_table_begin(&out, 2);
    rs_table_column(&out, RS_TABLE_NUMBER, "rank");
    rs_table_column(&out, RS_TABLE_PROSE, "what");
    rs_table_row(&out);
    rs_table_put(&out, "1");
    rs_table_put(&out, "one two three four five six seven eight");
    rs_table_end(&out);
    EXPECT_EQ(show(RS_TABLE_PLAIN, 36), "  rank  what\n"
                                        "     1  one two three four five six\n"
                                        "          seven eight\n");
}

// Marks where none belong move cells, and nothing is read beyond the text.
TEST_F(TableShow, marks_that_are_not_whole)
{
    const char *const texts[] = {
        "\x1c\x1d\x1e\x1f",          "\x1c\x1d\x1e\x1f" "0",
        "\x1c\x1d\x1e\x1f" "0\x1f",  "\x1c\x1d\x1e\x1f" "0\x1f" "0model\x1e\x1f" "a\x1f" "b",
        "\x1c\x1d\x1e\x1f" "z\x1e\x1e\x1d", "\x1c\x1d\x1e", "a\x1f" "b\x1d" "c",
        "\x1c\x1d\x1e\x1f" "0\x1f" "9x\x1e\x1f\x1a\x1d",
    };
    for (const char *text : texts) {
        for (const rs_table_format format :
             {RS_TABLE_PLAIN, RS_TABLE_MARKDOWN, RS_TABLE_CSV, RS_TABLE_LATEX}) {
            rs_text marked = {};
            rs_text_add(&marked, text);
            const std::string shown = Shown(marked, format).str();
            for (const char c : shown) {
                EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << shown;
            }
            rs_text_clear(&marked);
        }
    }
}

TEST_F(TableShow, a_name_gives_the_terminal_no_commands)
{
    begin();
    row("a\x1b[31m\x1f" "b\x1d", 1, "2");
    rs_table_end(&out);
    EXPECT_EQ(show(RS_TABLE_CSV), "model,images,\"top-1, %\",\"top-1, % low\",\"top-1, % high\"\n"
                                  "a\\x1b[31m\\x1fb\\x1d,1,2,,\n");
}

} // namespace
