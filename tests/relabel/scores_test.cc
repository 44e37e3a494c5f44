// Scores there and back, and label sets from what is taken.
#include <cmath>

#include "relabel/rater_files.h"

namespace {

rs_span SpanOf(const std::string &text)
{
    return {text.data(), text.size()};
}

class Pairs {
public:
    explicit Pairs(const std::vector<PairName> &names) : value(rs_pairs_make())
    {
        for (const PairName &name : names) {
            uint32_t pair = 0;
            bool is_new = false;
            EXPECT_EQ(rs_pairs_add(&value, SpanOf(name.image), std::stoi(name.label), &pair,
                                   &is_new, nullptr),
                      RS_OK);
            EXPECT_TRUE(is_new);
        }
    }
    ~Pairs() { rs_pairs_clear(&value); }
    rs_pairs value;
};

// They are read 4,096 at a time.
TEST(Scores, more_than_are_read_at_a_time)
{
    const TemporaryFolder folder;
    std::vector<PairName> names;
    std::vector<double> score;
    for (int i = 0; i < 8200; ++i) {
        names.push_back({"image" + std::to_string(i), "1"});
        score.push_back(i / 8200.0);
    }
    const Pairs pairs(names);
    const std::string path = folder.path("s.npz");
    rs_file_writer *file = nullptr;
    ASSERT_EQ(rs_scores_prepare(path.c_str(), &pairs.value, score.data(), &file, nullptr), RS_OK);
    ASSERT_EQ(rs_file_commit(file, nullptr), RS_OK);
    const Scores read(path);
    ASSERT_EQ(read.status, RS_OK) << MessageOf(read.error);
    ASSERT_EQ(read.value.pairs.count, 8200u);
    EXPECT_EQ(std::vector<double>(read.value.score, read.value.score + 8200), score);
}

TEST(Scores, written_and_read)
{
    const TemporaryFolder folder;
    const Pairs pairs(
        {{"a.png", "5"}, {"a.png", "65535"}, {"b\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "0"}});
    const double score[] = {0.1, 1.0, 4.9e-324};
    rs_error error = {};
    const std::string path = folder.path("s.npz");
    rs_file_writer *file = nullptr;
    ASSERT_EQ(rs_scores_prepare(path.c_str(), &pairs.value, score, &file, &error), RS_OK)
        << MessageOf(error);
    ASSERT_EQ(rs_file_commit(file, &error), RS_OK);
    const Scores read(path);
    ASSERT_EQ(read.status, RS_OK) << MessageOf(read.error);
    ASSERT_EQ(read.value.pairs.count, 3u);
    for (uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(read.value.score[i], score[i]);
        EXPECT_EQ(read.value.pairs.class_index[i], pairs.value.class_index[i]);
        const rs_span a = rs_pairs_image(&read.value.pairs, i);
        const rs_span b = rs_pairs_image(&pairs.value, i);
        EXPECT_EQ(std::string(a.text, a.length), std::string(b.text, b.length));
    }
    // The same scores give the same bytes; 5 characters are the longest text.
    rs_file_writer *twin = nullptr;
    ASSERT_EQ(rs_scores_prepare(folder.path("t.npz").c_str(), &pairs.value, score, &twin, &error),
              RS_OK);
    ASSERT_EQ(rs_file_commit(twin, &error), RS_OK);
    EXPECT_EQ(ReadFile(path), ReadFile(folder.path("t.npz")));
    int code = 0;
    zip_t *zip = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    ASSERT_NE(zip, nullptr);
    ASSERT_EQ(zip_get_num_entries(zip, 0), 2);
    const std::string expected[] = {
        NpyHeader(NpyDictionary("<f8", "3,") + std::string(60, ' ') + "\n") +
            std::string(reinterpret_cast<const char *>(score), sizeof score),
        NpyHeader(NpyDictionary("<U5", "3, 2") + std::string(58, ' ') + "\n") + Utf32("a.png", 5) +
            Utf32("5", 5) + Utf32("a.png", 5) + Utf32("65535", 5) + LittleEndian('b', 4) +
            LittleEndian(0xe4, 4) + LittleEndian(0x20ac, 4) + LittleEndian(0x1f600, 4) +
            LittleEndian(0, 4) + Utf32("0", 5)};
    for (zip_uint64_t i = 0; i < 2; ++i) {
        zip_stat_t info;
        ASSERT_EQ(zip_stat_index(zip, i, 0, &info), 0);
        EXPECT_STREQ(info.name, i == 0 ? "tensor.npy" : "info.npy");
        EXPECT_EQ(info.comp_method, ZIP_CM_DEFLATE);
        std::string bytes(info.size, '\0');
        zip_file_t *member = zip_fopen_index(zip, i, 0);
        ASSERT_NE(member, nullptr);
        EXPECT_EQ(zip_fread(member, bytes.data(), bytes.size()),
                  static_cast<zip_int64_t>(info.size));
        EXPECT_EQ(zip_fclose(member), 0);
        EXPECT_EQ(bytes, expected[i]);
        EXPECT_EQ(expected[i].find('\n') % 64, 63u); // elements start at whole steps
    }
    zip_close(zip);
}

TEST(Scores, bad_ones)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("s.npz");
    const std::string form = "; scores are `tensor` (pairs,), a number each, and `info` (pairs, 2) "
                             "of file name and class, "
                             "as reassess aggregate --scores-out writes them";
    const std::string info = InfoNpy({{"a.png", "1"}, {"a.png", "2"}});
    struct Case {
        std::vector<ZipMember> members;
        rs_status status;
        std::string message;
    };
    const Case cases[] = {
        {{{"tensor.npy", Npy("<f8", "2,", BytesOf<double>({0.5, NAN}))}, {"info.npy", info}},
         RS_FORMAT, ": tensor.npy: row 1: the score is NaN" + form},
        {{{"tensor.npy", Npy("<f4", "2,", BytesOf<float>({-HUGE_VALF, 1}))}, {"info.npy", info}},
         RS_FORMAT, ": tensor.npy: row 0: the score is infinite" + form},
        {{{"tensor.npy", TensorNpy({"yn"})}, {"info.npy", info}},
         RS_MISMATCH,
         ": tensor.npy: byte 60: `tensor` is 1 x 2 x 3, but a score a pair is needed" + form},
        {{{"tensor.npy", Npy("<f8", "3,", std::string(24, '\0'))}, {"info.npy", info}},
         RS_MISMATCH, ": info.npy: byte 61: `info` is 2 x 2, but 3 x 2 is needed" + form},
        {{{"tensor.npy", Npy("<f8", "0,", "")}, {"info.npy", info}},
         RS_MISMATCH, ": tensor.npy: byte 60: `tensor` is 0, but a score a pair is needed" + form},
        {{{"tensor.npy", Npy("<U1", "2,", std::string(8, '\0'))}, {"info.npy", info}},
         RS_FORMAT, ": tensor.npy: byte 20: `tensor` holds texts (<U1), not numbers" + form},
        {{{"tensor.npy", Npy("<f8", "2,", std::string(10, '\0'))}, {"info.npy", info}},
         RS_FORMAT,
         ": tensor.npy: byte 77: the array ends after 10 of its 16 bytes; the file is truncated; "
         "copy it again"},
        {{{"logits.npy", Npy("<f8", "2,", std::string(16, '\0'))}},
         RS_FORMAT,
         ": the archive has no array \"tensor\" (its members: logits.npy); is it the right file?"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.message);
        WriteZip(path, bad.members);
        const Scores scores(path);
        EXPECT_EQ(scores.status, bad.status);
        EXPECT_EQ(MessageOf(scores.error), path + bad.message);
        EXPECT_EQ(scores.value.score, nullptr);
    }
    const Scores text(folder.write("s.csv", "a,b\n"));
    EXPECT_EQ(text.status, RS_FORMAT);
    EXPECT_EQ(MessageOf(text.error), folder.path("s.csv") +
                                         ": this is no .npz archive; give the path "
                                         "of a file that numpy.savez wrote");
}

// ---- label sets ----

TEST(LabelSets, taken_pairs_and_original_labels)
{
    const TemporaryFolder folder;
    const int32_t original[] = {3, 7, RS_CLASS_UNKNOWN, 2, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_create(5, 10, original, nullptr, nullptr, &labels, nullptr), RS_OK);
    rs_image_rows images;
    ASSERT_EQ(rs_image_rows_read(nullptr, 5, &images, nullptr), RS_OK);
    const Pairs pairs({{"ILSVRC2012_val_00000004.JPEG", "9"},
                       {"ILSVRC2012_val_00000002.JPEG", "5"},
                       {"ILSVRC2012_val_00000004.JPEG", "2"},
                       {"ILSVRC2012_val_00000004.JPEG", "1"},
                       {"ILSVRC2012_val_00000002.JPEG", "7"}});
    const bool taken[] = {true, false, true, true, false};
    rs_real_sets sets;
    rs_label_sets_counts counts;
    rs_error error = {};
    const rs_taken_pairs from = {&pairs.value, "v.npz", taken};
    ASSERT_EQ(rs_label_sets_make(&from, labels, &images, &sets, &counts, &error), RS_OK)
        << MessageOf(error);
    const std::string path = folder.path("real.json");
    rs_file_writer *file = nullptr;
    ASSERT_EQ(rs_label_sets_prepare(path.c_str(), &sets, &file, &error), RS_OK);
    ASSERT_EQ(rs_file_commit(file, &error), RS_OK);
    EXPECT_EQ(ReadFile(path), "[[3], [], [], [1, 2, 9], [0]]");
    EXPECT_EQ(sets.largest, 9);
    EXPECT_EQ(counts.rated, 2u);
    EXPECT_EQ(counts.unrated, 3u);
    EXPECT_EQ(counts.unknown, 1u);
    EXPECT_EQ(counts.empty, 2u);
    EXPECT_EQ(counts.labels, 5u);
    rs_real_sets_clear(&sets);

    const Pairs beyond(std::vector<PairName>{{"ILSVRC2012_val_00000006.JPEG", "9"}});
    const rs_taken_pairs from_beyond = {&beyond.value, "v.npz", taken};
    EXPECT_EQ(rs_label_sets_make(&from_beyond, labels, &images, &sets, &counts, &error),
              RS_MISMATCH);
    EXPECT_EQ(MessageOf(error), "v.npz: the image 'ILSVRC2012_val_00000006.JPEG' is beyond the 5 "
                                "labels; give the labels of all images");
    const Pairs nameless(std::vector<PairName>{{"cat.png", "9"}});
    const rs_taken_pairs from_nameless = {&nameless.value, "v.npz", taken};
    EXPECT_EQ(rs_label_sets_make(&from_nameless, labels, &images, &sets, &counts, &error),
              RS_MISMATCH);
    EXPECT_EQ(
        MessageOf(error),
        "v.npz: the image 'cat.png' has no ILSVRC number that would tell its row; give --files "
        "LIST: the file names of all images, in the order of the labels");
    rs_labels_free(labels);
}

TEST(LabelVote, yes_on_its_own_class)
{
    const int32_t original[] = {3, RS_CLASS_UNKNOWN};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_create(2, 10, original, nullptr, nullptr, &labels, nullptr), RS_OK);
    rs_image_rows images;
    ASSERT_EQ(rs_image_rows_read(nullptr, 2, &images, nullptr), RS_OK);
    const std::string first = "ILSVRC2012_val_00000001.JPEG";
    const Pairs pairs(
        {{first, "3"}, {first, "4"}, {first, "8"}, {"ILSVRC2012_val_00000002.JPEG", "3"}});
    const bool classes[] = {true, true, true, true, true, false, false, false, false, false};
    int8_t *vote = nullptr;
    ASSERT_EQ(rs_label_vote_make(&pairs.value, "v", labels, &images, classes, &vote, nullptr),
              RS_OK);
    EXPECT_EQ(std::vector<int8_t>(vote, vote + 4), std::vector<int8_t>({2, 0, -1, -1}));
    free(vote);
    ASSERT_EQ(rs_label_vote_make(&pairs.value, "v", labels, &images, nullptr, &vote, nullptr),
              RS_OK);
    EXPECT_EQ(std::vector<int8_t>(vote, vote + 4), std::vector<int8_t>({2, 0, 0, -1}));
    free(vote);
    rs_labels_free(labels);
}

}  // namespace
