// What classes are called where people read of them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/program.h"

extern "C" {
#include "labels/class_titles.h"
}

namespace {

std::vector<std::string> Titles(const std::string &synsets, const std::string &names,
                                const std::string &nouns = "")
{
    const TemporaryFolder folder;
    const std::string original = folder.write("original.txt", "0\n1\n2\n3\n");
    const std::string synset_path = folder.write("synsets.txt", synsets);
    const std::string name_path = folder.write("names.txt", names);
    rs_labels_options options = {};
    options.original_path = original.c_str();
    options.synsets_path = synsets.empty() ? nullptr : synset_path.c_str();
    options.names_path = names.empty() ? nullptr : name_path.c_str();
    rs_labels *labels = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    rs_wordnet *wordnet = nullptr;
    if (!nouns.empty()) {
        EXPECT_EQ(rs_wordnet_parse("data.noun", reinterpret_cast<const uint8_t *>(nouns.data()),
                                   nouns.size(), &wordnet, &error),
                  RS_OK)
            << error.reason;
    }
    rs_class_titles titles = {};
    EXPECT_EQ(rs_class_titles_make(labels, wordnet, &titles, &error), RS_OK) << error.reason;
    std::vector<std::string> all;
    for (uint32_t c = 0; c < titles.count; ++c) {
        all.emplace_back(rs_class_title(&titles, c));
    }
    rs_class_titles_clear(&titles);
    rs_wordnet_free(wordnet);
    rs_labels_free(labels);
    return all;
}

using Names = std::vector<std::string>;

TEST(ClassTitles, names_up_to_their_first_comma)
{
    EXPECT_EQ(Titles("", "tench, Tinca tinca\ngoldfish\nray, skate\nhen\n"),
              (Names{"tench", "goldfish", "ray", "hen"}));
}

TEST(ClassTitles, equal_ones_get_their_number)
{
    EXPECT_EQ(Titles("", "crane, bird\nhen\ncrane, machine\nHen\n"),
              (Names{"crane (0)", "hen", "crane (2)", "Hen"}));
    EXPECT_EQ(Titles("", "a\na\na\na\n"), (Names{"a (0)", "a (1)", "a (2)", "a (3)"}));
}

TEST(ClassTitles, without_names_synsets_stand_for_them)
{
    EXPECT_EQ(Titles("n00000001\nn00000002\nn00000003\nn00000004\n", ""),
              (Names{"n00000001", "n00000002", "n00000003", "n00000004"}));
}

TEST(ClassTitles, without_anything_numbers_must_do)
{
    EXPECT_EQ(Titles("", ""), (Names{"class 0", "class 1", "class 2", "class 3"}));
}

} // namespace
