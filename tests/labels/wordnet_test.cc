// WordNet's data.noun: a small one made here, and the real one against ImageNet's classes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "labels/data_noun.h"
#include "support/program.h"

extern "C" {
#include "base/error.h"
#include "labels/wordnet.h"
}

namespace {

// dog and wolf are canines, the animal is an organism, Rex is a dog, a toy dog is two things.
const std::vector<Synset> kSynsets = {
    {"01 organism 0", {}, "a living thing"},
    {"02 animal 0 beast 0", {"@ 0"}, "a living organism; \"an animal\""},
    {"01 canine 1", {"@ 1"}, "fissiped mammals"},
    {"0b dog 0 domestic_dog 0 a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0", {"@ 2", "~ 4"}, "a member"},
    {"01 Rex 0", {"@i 3"}, "king"},
    {"01 toy 0", {}, "a thing"},
    {"01 toy_dog 0", {"@ 5", "@ 3"}, "both"},
    {"01 loop_a 0", {"@ 8"}, "one"},
    {"01 loop_b 0", {"@ 7"}, "two"},
};

class Wordnet {
public:
    explicit Wordnet(const std::string &text)
    {
        status = rs_wordnet_parse("data.noun", reinterpret_cast<const uint8_t *>(text.data()),
                                  text.size(), &value, &error);
    }
    ~Wordnet() { rs_wordnet_free(value); }
    Wordnet(const Wordnet &) = delete;
    Wordnet &operator=(const Wordnet &) = delete;
    std::string message() const
    {
        char text[2048];
        return rs_error_text(&error, text, sizeof text);
    }
    static std::string id(uint32_t synset) { return SynsetIds(DataNoun(kSynsets))[synset]; }

    rs_wordnet *value = nullptr;
    rs_status status = RS_OK;
    rs_error error = {};
};

TEST(Wordnet, a_small_one)
{
    const Wordnet wordnet(DataNoun(kSynsets));
    ASSERT_EQ(wordnet.status, RS_OK) << wordnet.message();
    ASSERT_EQ(rs_wordnet_count(wordnet.value), 9u);
    char text[64];
    for (uint32_t s = 0; s < 9; ++s) {
        EXPECT_EQ(rs_wordnet_find(wordnet.value, wordnet.id(s).c_str()), s);
        EXPECT_EQ(rs_wordnet_gloss(wordnet.value, s, text, sizeof text), kSynsets[s].gloss);
    }
    EXPECT_STREQ(rs_wordnet_word(wordnet.value, 3, text, sizeof text), "dog");
    EXPECT_STREQ(rs_wordnet_word(wordnet.value, 6, text, sizeof text), "toy dog");
    EXPECT_STREQ(rs_wordnet_word(wordnet.value, 6, text, 4), "toy");
    uint32_t count = 0;
    const uint32_t *up = rs_wordnet_hypernyms(wordnet.value, 6, &count);
    EXPECT_EQ(std::vector<uint32_t>(up, up + count), std::vector<uint32_t>({5, 3}));
    EXPECT_EQ(rs_wordnet_find(wordnet.value, "n00000000"), -1);
    EXPECT_EQ(rs_wordnet_find(wordnet.value, "dog"), -1);
}

TEST(Wordnet, subtrees)
{
    const Wordnet wordnet(DataNoun(kSynsets));
    const auto below = [&](uint32_t root) {
        bool *in = nullptr;
        EXPECT_EQ(rs_wordnet_subtree(wordnet.value, root, &in, nullptr), RS_OK);
        std::string text;
        for (uint32_t s = 0; s < 9; ++s) {
            text += in[s] ? std::to_string(s) : "";
        }
        free(in);
        return text;
    };
    EXPECT_EQ(below(0), "012346");
    EXPECT_EQ(below(1), "12346");
    EXPECT_EQ(below(3), "346");
    EXPECT_EQ(below(5), "56");
    EXPECT_EQ(below(6), "6");
    EXPECT_EQ(below(7), "78"); // a cycle ends
}

TEST(Wordnet, classes_of_a_subtree)
{
    const TemporaryFolder folder;
    const Wordnet wordnet(DataNoun(kSynsets));
    const std::string synsets = folder.write(
        "s.txt", wordnet.id(4) + "\n" + wordnet.id(5) + "\n" + wordnet.id(2) + "\n");
    const std::string original = folder.write("l.txt", "0\n1\n2\n");
    rs_labels_options options = {nullptr, original.c_str(), synsets.c_str(), nullptr, 0, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    bool in[3] = {};
    rs_error error = {};
    char text[2048];
    ASSERT_EQ(rs_wordnet_classes(wordnet.value, wordnet.id(2).c_str(), labels, in, &error), RS_OK);
    EXPECT_TRUE(in[0] && !in[1] && in[2]);
    in[0] = in[2] = false; // the first synset is one like the others
    ASSERT_EQ(rs_wordnet_classes(wordnet.value, wordnet.id(0).c_str(), labels, in, &error), RS_OK);
    EXPECT_TRUE(in[0] && !in[1] && in[2]);
    EXPECT_EQ(rs_wordnet_classes(wordnet.value, "n00000007", labels, in, &error), RS_MISMATCH);
    EXPECT_STREQ(rs_error_text(&error, text, sizeof text),
                 "data.noun: there is no synset n00000007; a synset id is n and eight digits, as "
                 "n00015388 for the animals");
    rs_labels_free(labels);

    folder.write("s.txt", wordnet.id(4) + "\nn00000001\nn00000002\n");
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    EXPECT_EQ(rs_wordnet_classes(wordnet.value, wordnet.id(2).c_str(), labels, in, &error),
              RS_MISMATCH);
    EXPECT_STREQ(rs_error_text(&error, text, sizeof text),
                 "data.noun: the synset n00000001 of class 1 is not in WordNet; the synset ids of "
                 "ImageNet are those of WordNet 3.0");
    rs_labels_free(labels);

    options.synsets_path = nullptr;
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    EXPECT_EQ(rs_wordnet_classes(wordnet.value, wordnet.id(2).c_str(), labels, in, &error),
              RS_MISMATCH);
    EXPECT_STREQ(
        rs_error_text(&error, text, sizeof text),
        "the synset ids of the classes are not known; give --synsets FILE, the synset ids in "
        "class order");
    rs_labels_free(labels);
}

TEST(Wordnet, bad_files)
{
    const std::string good = DataNoun(kSynsets);
    const size_t first = good.find("00000", 40);
    const std::string form =
        "; data.noun of WordNet 3.0 is needed, unchanged (Debian: apt install wordnet-base)";
    const auto replaced = [&](const std::string &from, const std::string &to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    const std::string at_first = "data.noun: byte " + std::to_string(first) + ": ";
    struct Case {
        const char *what;
        std::string text;
        std::string message;
    };
    std::string crlf;
    for (const char c : good) {
        crlf += c == '\n' ? "\r\n" : std::string(1, c);
    }
    const Case cases[] = {
        {"empty", "", "data.noun: byte 0: there is no synset in the file"},
        {"licence alone", "  1 licence\n", "data.noun: byte 0: there is no synset in the file"},
        {"other text", "1000 classes\n",
         "data.noun: byte 0: this is no line of WordNet's data.noun"},
        {"line ends converted", crlf,
         "data.noun: byte " + std::to_string(first + 2) +
             ": the line does not start at the byte it states"},
        {"a verb", replaced("05 n 01 organism", "05 v 01 organism"),
         at_first + "this is no line of WordNet's data.noun"},
        {"no words", replaced("05 n 01 organism", "05 n 00 organism"),
         at_first + "this is no line of WordNet's data.noun"},
        {"more words than there are", replaced("05 n 01 organism", "05 n ff organism"),
         at_first + "this is no line of WordNet's data.noun"},
        {"more pointers than there are", replaced("organism 0 001", "organism 0 999"),
         at_first + "this is no line of WordNet's data.noun"},
        {"no gloss", replaced("| a living thing", "  a living thing"),
         at_first + "this is no line of WordNet's data.noun"},
        {"cut", good.substr(0, first + 20), at_first + "this is no line of WordNet's data.noun"},
        {"a hypernym that is not there", replaced("@ " + Digits(first), "@ 00000001"),
         "data.noun: byte " + std::to_string(good.find("\n", first) + 1) +
             ": a hypernym of this synset is not in the file"},
        {"a zero", replaced("a living thing", std::string("a living\0thing", 14)),
         "data.noun: byte 0: this is not a text file"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.what);
        const Wordnet wordnet(bad.text);
        EXPECT_EQ(wordnet.status, RS_FORMAT);
        EXPECT_EQ(wordnet.value, nullptr);
        EXPECT_EQ(wordnet.message(), bad.message + form);
    }
}

TEST(Wordnet, where_it_is_looked_for)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("data.noun", DataNoun(kSynsets));
    rs_wordnet *wordnet = nullptr;
    rs_error error = {};
    for (const std::string &place : {path, folder.path()}) {
        ASSERT_EQ(rs_wordnet_load(place.c_str(), &wordnet, &error), RS_OK) << error.reason;
        EXPECT_STREQ(rs_wordnet_path(wordnet), path.c_str());
        rs_wordnet_free(wordnet);
    }
    EXPECT_EQ(rs_wordnet_load(folder.path("none").c_str(), &wordnet, &error), RS_IO);
    EXPECT_EQ(wordnet, nullptr);
    EXPECT_STREQ(error.advice,
                 "install WordNet 3.0 (Debian: apt install wordnet-base), or name its "
                 "data.noun in REASSESS_WORDNET");
}

// n00015388 is "animal"; ImageNet's classes 0 to 397 are exactly its kinds.
TEST(Wordnet, the_animals_of_imagenet)
{
    RS_NEED_DATA();
    rs_wordnet *wordnet = nullptr;
    rs_error error = {};
    if (rs_wordnet_load(nullptr, &wordnet, &error) != RS_OK && error.status == RS_IO) {
        GTEST_SKIP() << "WordNet is not installed: " << error.advice;
    }
    ASSERT_NE(wordnet, nullptr) << error.reason;
    const std::string synsets = DataFolder() + "/imagenet_synsets.txt";
    const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
    const rs_labels_options options = {nullptr, original.c_str(), synsets.c_str(), nullptr, 0, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    bool in[1000] = {};
    ASSERT_EQ(rs_wordnet_classes(wordnet, "n00015388", labels, in, &error), RS_OK) << error.reason;
    for (int c = 0; c < 1000; ++c) {
        EXPECT_EQ(in[c], c <= 397) << c;
    }
    EXPECT_EQ(rs_wordnet_count(wordnet), 82115u);
    char text[128];
    const auto animal = static_cast<uint32_t>(rs_wordnet_find(wordnet, "n00015388"));
    EXPECT_STREQ(rs_wordnet_word(wordnet, animal, text, sizeof text), "animal");
    EXPECT_STREQ(rs_wordnet_gloss(wordnet, animal, text, sizeof text),
                 "a living organism characterized by voluntary movement");
    rs_labels_free(labels);
    rs_wordnet_free(wordnet);
}

}  // namespace
