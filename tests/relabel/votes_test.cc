// Votes in every form come out as the same answers.
#include "relabel/rater_files.h"

namespace {

const std::vector<PairName> kPairs = {
    {"ILSVRC2012_val_00000002.JPEG", "7"}, {"ILSVRC2012_val_00000002.JPEG", "970"},
    {"ILSVRC2012_val_00000005.JPEG", "0"}, {"ILSVRC2012_val_00000005.JPEG", "7"}};
const std::vector<std::string> kAnswers = {"yn.m", ".y.n", "n.yy"};
const char *const kText =
    "ILSVRC2012_val_00000002.JPEG/7: 12=yes 40=no\n"
    "ILSVRC2012_val_00000002.JPEG/970: 12=no 7=yes\n"
    "ILSVRC2012_val_00000005.JPEG/0: 40=yes\n"
    "ILSVRC2012_val_00000005.JPEG/7: 12=maybe 7=no 40=yes\n";

TEST(Votes, npz)
{
    const TemporaryFolder folder;
    const Votes votes(VotesNpz(folder, "votes.npz", kAnswers, kPairs, {12, 7, 40}));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), kText);
    EXPECT_EQ(rs_votes_count(votes.get()), 8u);
    EXPECT_EQ(votes.value.raters.count, 3u);
    EXPECT_EQ(votes.value.pairs.images.count, 2u);
    EXPECT_STREQ(votes.value.path, folder.path("votes.npz").c_str());
}

// Elements of `type` with the values of the dense array.
std::string Elements(const std::string &type, const std::vector<double> &dense)
{
    std::string bytes;
    for (const double value : dense) {
        if (type == "<f2") {
            bytes += LittleEndian(value != 0 ? 0x3c00 : 0, 2);
        } else if (type == "<f4") {
            bytes += BytesOf<float>({static_cast<float>(value)});
        } else if (type == ">f8") {
            bytes += Swapped(BytesOf<double>({value}), 8);
        } else if (type == ">i4") {
            bytes += Swapped(BytesOf<int32_t>({static_cast<int32_t>(value)}), 4);
        } else {
            bytes += LittleEndian(static_cast<uint64_t>(value),
                                  static_cast<size_t>(type.back() - '0'));
        }
    }
    return bytes;
}

TEST(Votes, npz_of_every_number_type)
{
    const TemporaryFolder folder;
    for (const char *type : {"|b1", "|u1", "|i1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", ">i4",
                             "<f2", "<f4", ">f8"}) {
        SCOPED_TRACE(type);
        const std::string path = folder.path("votes.npz");
        WriteZip(path, {{"tensor.npy", Npy(type, TensorShape(kAnswers),
                                           Elements(type, Dense(kAnswers)))},
                        {"info.npy", InfoNpy(kPairs)},
                        {"ids.npy", IdsNpy({12, 7, 40})}});
        const Votes votes(path);
        ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
        EXPECT_EQ(votes.Text(), kText);
    }
}

TEST(Votes, npz_in_fortran_order)
{
    const TemporaryFolder folder;
    const std::vector<double> dense = Dense(kAnswers);
    std::vector<double> turned;
    for (size_t answer = 0; answer < 3; ++answer) {
        for (size_t pair = 0; pair < 4; ++pair) {
            for (size_t rater = 0; rater < 3; ++rater) {
                turned.push_back(dense[(rater * 4 + pair) * 3 + answer]);
            }
        }
    }
    WriteZip(folder.path("votes.npz"),
             {{"tensor.npy", Npy("<f8", "3, 4, 3", BytesOf(turned), true)},
              {"info.npy", InfoNpy(kPairs)},
              {"ids.npy", IdsNpy({12, 7, 40})}});
    const Votes votes(folder.path("votes.npz"));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), kText);
}

// -0 is a zero whose bytes are not all zero; ids and names may be texts of either kind.
TEST(Votes, npz_of_other_texts)
{
    const TemporaryFolder folder;
    std::vector<double> dense = Dense(kAnswers);
    for (double &value : dense) {
        value = value == 0 ? -0.0 : value;
    }
    std::string names;
    for (const PairName &pair : kPairs) {
        std::string image = pair.image;
        std::string label = pair.label;
        image.resize(30);
        label.resize(30);
        names += image + label;
    }
    const std::string ids = Swapped(Utf32("12", 4) + Utf32("7", 4) + Utf32("40", 4), 4);
    WriteZip(folder.path("votes.npz"), {{"tensor", Npy("<f8", "3, 4, 3", BytesOf(dense))},
                                        {"info.npy", Npy("|S30", "4, 2", names)},
                                        {"ids.npy", Npy(">U4", "3,", ids)}});
    const Votes votes(folder.path("votes.npz"));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), kText);
}

// Longer than a block, and an element in every position of the step that is looked at at once.
TEST(Votes, npz_of_many_blocks)
{
    const TemporaryFolder folder;
    constexpr size_t kPairCount = 20011;
    std::vector<PairName> pairs;
    std::vector<std::string> answers(3, std::string(kPairCount, '.'));
    std::string expected;
    for (size_t i = 0; i < kPairCount; ++i) {
        const std::string image = "image" + std::to_string(i) + ".png";
        pairs.push_back({image, std::to_string(i % 1000)});
        expected += image + "/" + std::to_string(i % 1000) + ":";
        for (size_t rater = 0; rater < 3; ++rater) {
            if ((i * 7 + rater * 13) % 11 == 0) {
                answers[rater][i] = "nmy"[(i + rater) % 3];
                const char *const words[] = {"no", "maybe", "yes"};
                expected += " " + std::to_string(rater) + "=" + words[(i + rater) % 3];
            }
        }
        expected += "\n";
    }
    const Votes votes(VotesNpz(folder, "votes.npz", answers, pairs, {0, 1, 2}));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_TRUE(votes.Text() == expected);
}

TEST(Votes, csv)
{
    const TemporaryFolder folder;
    const char *const bodies[] = {
        // with a heading in another order, further columns, CRLF, quotes, blanks, capitals
        "\xef\xbb\xbf"
        "when,Answer,label,image,rater\r\n"
        "1,yes,7,ILSVRC2012_val_00000002.JPEG,12\r\n"
        "2,NO,970,\"ILSVRC2012_val_00000002.JPEG\",12\r\n"
        "\r\n"
        "3, yes , 0 , ILSVRC2012_val_00000005.JPEG , 40\r\n"
        "4,Maybe,7,ILSVRC2012_val_00000005.JPEG,12\r\n"
        "5,no,7,val/ILSVRC2012_val_00000002.JPEG,40\r\n"
        "6,yes,970,ILSVRC2012_val_00000002,7\r\n"
        "7,yes,7,ILSVRC2012_val_00000005.JPEG,40\r\n"
        "8,no,7,ILSVRC2012_val_00000005.JPEG,7",
        // without a heading
        "12,ILSVRC2012_val_00000002.JPEG,7,yes\n12,ILSVRC2012_val_00000002.JPEG,970,no\n"
        "40,ILSVRC2012_val_00000005.JPEG,0,yes\n12,ILSVRC2012_val_00000005.JPEG,7,maybe\n"
        "40,ILSVRC2012_val_00000002.JPEG,7,no\n7,ILSVRC2012_val_00000002.JPEG,970,yes\n"
        "40,ILSVRC2012_val_00000005.JPEG,7,yes\n7,ILSVRC2012_val_00000005.JPEG,7,no\n\n",
    };
    // raters are numbered as they come: 12, 40, 7
    const std::string expected =
        "ILSVRC2012_val_00000002.JPEG/7: 12=yes 40=no\n"
        "ILSVRC2012_val_00000002.JPEG/970: 12=no 7=yes\n"
        "ILSVRC2012_val_00000005.JPEG/0: 40=yes\n"
        "ILSVRC2012_val_00000005.JPEG/7: 12=maybe 40=yes 7=no\n";
    for (const char *body : bodies) {
        const Votes votes(folder.write("votes.csv", body));
        ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
        EXPECT_EQ(votes.Text(), expected);
    }
}

TEST(Votes, json)
{
    const TemporaryFolder folder;
    const std::string first =
        R"({"rater": 12, "image": "a/b.png", "label": 7, "answer": "yes", "ms": 512})";
    const std::string second =
        R"({"answer": "no", "label": "7", "image": "b.png", "rater": "anna \"\u00e4\""})";
    const std::string expected = "a/b.png/7: 12=yes anna \"\xc3\xa4\"=no\n";
    for (const std::string &body :
         {first + "\n" + second + "\n", "\n " + first + "\r\n\n" + second,
          "[" + first + ",\n" + second + "]", " \n[ " + first + " , " + second + " ] \n"}) {
        const Votes votes(folder.write("votes.json", body));
        ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
        EXPECT_EQ(votes.Text(), expected);
    }
}

// What the rating page exports where a picture did not load: no vote, and its image is not rated.
TEST(Votes, broken_pictures)
{
    const TemporaryFolder folder;
    const Votes votes(folder.write(
        "votes.json",
        R"([{"rater": "r", "image": "gone.png", "label": 1, "answer": "broken"},)"
        R"({"rater": "r", "image": "a.png", "label": 2, "answer": "yes"},)"
        R"({"rater": "s", "image": "a.png", "label": 2, "answer": "Broken"}])"));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), "a.png/2: r=yes\n");
    EXPECT_EQ(votes.get()->broken, 2u);
    EXPECT_EQ(votes.get()->pairs.images.count, 1u);
    const Votes none(folder.write("none.csv", "r,a.png,0,broken\n"));
    EXPECT_EQ(none.status, RS_FORMAT);
    EXPECT_EQ(MessageOf(none.error),
              folder.path("none.csv") +
                  ": all answers in it say that pictures were broken; is it the right file?");
    const Votes odd(folder.write("odd.csv", "r,a.png,x,broken\n")); // is read all the same
    EXPECT_EQ(odd.status, RS_FORMAT);
}

TEST(Votes, synset_ids_as_labels)
{
    const TemporaryFolder folder;
    const std::string synsets = folder.write("synsets.txt", "n01440764\nn01443537\n");
    const std::string original = folder.write("labels.txt", "0\n1\n");
    const rs_labels_options options = {nullptr, original.c_str(), synsets.c_str(), nullptr, 0, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    const Votes votes(folder.write("votes.csv", "r,a.png,n01443537,yes\nr,a.png,0,no\n"), labels);
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), "a.png/1: r=yes\na.png/0: r=no\n");

    const Votes unknown(folder.write("bad.csv", "r,a.png,n00000001,yes\n"), labels);
    EXPECT_EQ(unknown.status, RS_FORMAT);
    EXPECT_EQ(MessageOf(unknown.error),
              folder.path("bad.csv") +
                  ": line 1: 'n00000001' is no known label; a label is a class index, or a synset "
                  "id when --synsets lists them");
    const Votes beyond(folder.write("bad.csv", "r,a.png,2,yes\n"), labels);
    EXPECT_EQ(beyond.status, RS_RANGE);
    EXPECT_EQ(MessageOf(beyond.error),
              folder.path("bad.csv") +
                  ": line 1: there is no class '2', of 2; classes are numbered "
                  "from 0");
    rs_labels_free(labels);
}

// More answers on one pair than are sorted by insertion, and lines longer than the first buffer.
TEST(Votes, many_answers_on_a_pair)
{
    const TemporaryFolder folder;
    std::string body;
    std::string expected = "x.png/3:";
    for (int i = 0; i < 100; ++i) {
        body += "r" + std::to_string(i) + "," + std::string(i == 50 ? 70000 : 0, ' ') +
                "x.png,3," + (i % 3 == 0 ? "yes" : "no") + "\n";
        expected += " r" + std::to_string(i) + "=" + (i % 3 == 0 ? "yes" : "no");
    }
    const Votes votes(folder.write("votes.csv", body));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    EXPECT_EQ(votes.Text(), expected + "\n");
}

}  // namespace
