// Votes that cannot be right: status, place and words of each error.
#include <cmath>

#include "relabel/rater_files.h"

namespace {

struct BadVotes {
    std::string what;
    std::string path;
    rs_status status;
    std::string message; // behind "FOLDER/"
};

void ExpectBad(const TemporaryFolder &folder, const BadVotes &bad)
{
    SCOPED_TRACE(bad.what);
    const Votes votes(bad.path);
    EXPECT_EQ(votes.status, bad.status);
    EXPECT_EQ(votes.error.status, bad.status);
    EXPECT_EQ(MessageOf(votes.error), folder.path() + "/" + bad.message);
    EXPECT_EQ(votes.value.pairs.count, 0u);
    EXPECT_EQ(votes.value.code, nullptr);
}

TEST(BadVotes, text)
{
    const TemporaryFolder folder;
    const auto file = [&](const std::string &body) { return folder.write("v.csv", body); };
    const std::string good = "r1,a.png,1,yes\n";
    const std::string form =
        "; votes are rater,image,label,answer, or columns in the order of a first "
        "line with these names";
    const std::string json_form =
        "; an answer is {\"rater\": ..., \"image\": ..., \"label\": ..., \"answer\": \"yes\"}";
    const std::string object = R"({"rater": "r", "image": "a", "label": 1, "answer": "no"})";
    struct Case {
        const char *what;
        std::string body;
        rs_status status;
        std::string message;
    };
    const Case cases[] = {
        {"twice", good + "r2,a.png,1,no\nr1,a.png,1,no\n", RS_FORMAT,
         "line 3: rater 'r1' answers twice on class 1 of image 'a.png' (yes and no, first on line "
         "1); keep one answer of each rater"},
        {"twice, in the other order of answers", "r1,a.png,1,no\n" + good, RS_FORMAT,
         "line 2: rater 'r1' answers twice on class 1 of image 'a.png' (no and yes, first on line "
         "1); keep one answer of each rater"},
        {"twice the same", good + good, RS_FORMAT,
         "line 2: rater 'r1' answers twice on class 1 of image 'a.png' (yes and yes, first on line "
         "1); keep one answer of each rater"},
        {"twice, image in another folder", good + "r1,b/a.png,1,yes\n", RS_FORMAT,
         "line 2: rater 'r1' answers twice on class 1 of image 'a.png' (yes and yes, first on line "
         "1); keep one answer of each rater"},
        {"unknown answer", good + "r2,a.png,1,perhaps\n", RS_FORMAT,
         "line 2: 'perhaps' is no answer; answers are yes, maybe or no"},
        {"empty answer", good + "r2,a.png,1,\n", RS_FORMAT,
         "line 2: an empty field is no answer; answers are yes, maybe or no"},
        {"unknown label", good + "r2,a.png,cat,yes\n", RS_FORMAT,
         "line 2: 'cat' is no known label; a label is a class index, or a synset id when --synsets "
         "lists them"},
        {"negative label", good + "r2,a.png,-1,yes\n", RS_RANGE,
         "line 2: there is no class '-1', of 65536; classes are numbered from 0"},
        {"large label", good + "r2,a.png,65536,yes\n", RS_RANGE,
         "line 2: there is no class '65536', of 65536; classes are numbered from 0"},
        {"no rater", good + ",a.png,1,yes\n", RS_FORMAT,
         "line 2: the rater is empty; name the rater and the image of each answer"},
        {"no image", good + "r1,,1,yes\n", RS_FORMAT,
         "line 2: the image is empty; name the rater and the image of each answer"},
        {"not UTF-8", good + "r1,\xff.png,1,yes\n", RS_FORMAT,
         "line 2: the image '\\xff.png' is not valid UTF-8; save the file as UTF-8"},
        {"three cells", good + "r1,a.png,yes\n", RS_FORMAT,
         "line 2: the line has 3 cells, 4 are needed" + form},
        {"five cells", good + "r1,a.png,2,yes,no\n", RS_FORMAT,
         "line 2: the line has 5 cells, 4 are needed" + form},
        {"a heading that lacks a column", "rater,image,answer\n" + good, RS_FORMAT,
         "line 1: the line has 3 cells, 4 are needed" + form},
        {"a heading of other words", "who,what,which,said\n" + good, RS_FORMAT,
         "line 1: 'said' is no answer; answers are yes, maybe or no"},
        {"an open quote", good + "r1,\"a.png,2,yes\n", RS_FORMAT,
         "line 2: a quote is opened and not closed on the line; close it, double the quotes that "
         "belong to the text, and take line ends out of cells"},
        {"a line end in a cell", good + "\"r\n1\",a.png,2,yes\n", RS_FORMAT,
         "line 2: a quote is opened and not closed on the line; close it, double the quotes that "
         "belong to the text, and take line ends out of cells"},
        {"semicolons", "r1;a.png;1;yes\n", RS_FORMAT,
         "line 1: the line has 1 cell, 4 are needed; save it with commas between cells, not "
         "semicolons"},
        {"UTF-16", std::string("\xff\xfer\0a\0", 6), RS_UNSUPPORTED,
         "byte 0: the text is in UTF-16; save the file as UTF-8"},
        {"a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
         RS_UNSUPPORTED,
         "byte 0: this is a pointer of Git LFS, not the file that it stands for; fetch that with "
         "git "
         "lfs pull"},
        {"empty", "", RS_FORMAT, "there are no answers in it; is it the right file?"},
        {"heading alone", "rater,image,label,answer\n", RS_FORMAT,
         "there are no answers in it; is it the right file?"},
        {"binary", std::string("\x80\x02}q\0.", 6), RS_FORMAT,
         "this is neither an .npz archive nor a text; give an .npz with `tensor`, `info` and "
         "`ids`, "
         "or CSV or JSON of rater, image, label, answer"},
        {"a zero far inside", good + std::string(5000, '\n') + std::string(1, '\0'), RS_FORMAT,
         "line 5002: a zero byte: this is not a text file; a text file is needed"},
        {"a very long line", good + std::string((1 << 20) + (1 << 16), 'x'), RS_RANGE,
         "line 2: the line is longer than 1048576 bytes; is it the right file?"},
        {"JSON lines: twice", object + "\n\n" + object, RS_FORMAT,
         "line 3: rater 'r' answers twice on class 1 of image 'a' (no and no, first on line 1); "
         "keep one answer of each rater"},
        {"JSON lines: broken", object + "\n{\"rater\": ", RS_FORMAT,
         "line 2: this is not valid JSON; is it the right file? Write or copy it again"},
        {"JSON lines: a key twice", R"({"rater": "r", "rater": "s"})", RS_FORMAT,
         "line 1: the key \"rater\" stands twice in one object; keep one of the two"},
        {"JSON lines: no rater", R"({"image": "a", "label": 1, "answer": "no"})", RS_FORMAT,
         "line 1: the \"rater\" is missing" + json_form},
        {"JSON lines: rater null", R"({"rater": null, "image": "a", "label": 1, "answer": "no"})",
         RS_FORMAT, "line 1: the \"rater\" is neither a text nor a whole number" + json_form},
        {"JSON lines: image is a number", R"({"rater": 1, "image": 2, "label": 1, "answer": "no"})",
         RS_FORMAT, "line 1: the \"image\" is no text" + json_form},
        {"JSON lines: label 1.5", R"({"rater": 1, "image": "a", "label": 1.5, "answer": "no"})",
         RS_FORMAT, "line 1: the \"label\" is neither a text nor a whole number" + json_form},
        {"JSON lines: answer true", R"({"rater": 1, "image": "a", "label": 1, "answer": true})",
         RS_FORMAT, "line 1: the \"answer\" is no text" + json_form},
        {"JSON lines: a number", object + "\n17", RS_FORMAT,
         "line 2: this is no JSON object" + json_form},
        {"JSON array: unknown answer",
         "[" + object + R"(, {"rater": "s", "image": "a", "label": 1, "answer": "si"}])", RS_FORMAT,
         "row 1: 'si' is no answer; answers are yes, maybe or no"},
        {"JSON array: of numbers", "[1, 2]", RS_FORMAT,
         "row 0: this is no JSON object" + json_form},
        {"JSON array: twice", "[" + object + ", " + object + "]", RS_FORMAT,
         "row 0: rater 'r' answers twice on class 1 of image 'a' (no and no); keep one answer of "
         "each rater"},
        {"JSON array: truncated", "[" + object + ",", RS_FORMAT,
         "byte 57: this is not valid JSON; is it the right file? Write or copy it again"},
    };
    for (const Case &bad : cases) {
        ExpectBad(folder, {bad.what, file(bad.body), bad.status, "v.csv: " + bad.message});
    }
}

const char *const kForm = "; votes are `tensor` (raters, pairs, 3 = no, maybe, yes) of zeros and "
                          "ones, `info` (pairs, 2) of "
                          "file name and class, `ids` (raters,)";

struct Archive {
    std::string tensor = TensorNpy({"yn", ".y"});
    std::string info = InfoNpy({{"a.png", "1"}, {"a.png", "2"}});
    std::string ids = IdsNpy({4, 5});
};

std::string WriteArchive(const TemporaryFolder &folder, const Archive &archive)
{
    std::vector<ZipMember> members;
    if (!archive.tensor.empty()) {
        members.push_back({"tensor.npy", archive.tensor});
    }
    if (!archive.info.empty()) {
        members.push_back({"info.npy", archive.info});
    }
    if (!archive.ids.empty()) {
        members.push_back({"ids.npy", archive.ids});
    }
    WriteZip(folder.path("v.npz"), members);
    return folder.path("v.npz");
}

TEST(BadVotes, npz)
{
    const TemporaryFolder folder;
    struct Case {
        const char *what;
        Archive archive;
        rs_status status;
        std::string message;
    };
    std::vector<Case> cases;
    const auto add = [&](const char *what, rs_status status, const std::string &message) {
        cases.push_back({what, {}, status, message});
        return &cases.back().archive;
    };
    add("no tensor", RS_FORMAT,
        "v.npz: the archive has no array \"tensor\" (its members: info.npy, ids.npy); is it the "
        "right file?")
        ->tensor = "";
    add("no ids", RS_FORMAT,
        "v.npz: the archive has no array \"ids\" (its members: tensor.npy, info.npy); is it the "
        "right file?")
        ->ids = "";
    add("no info", RS_FORMAT,
        "v.npz: the archive has no array \"info\" (its members: tensor.npy, ids.npy); is it the "
        "right file?")
        ->info = "";
    add("two dimensions", RS_MISMATCH,
        std::string("v.npz: tensor.npy: byte 60: `tensor` is 2 x 6, but raters x pairs x 3 is "
                    "needed") +
            kForm)
        ->tensor = Npy("<f8", "2, 6", std::string(96, '\0'));
    add("four answers", RS_MISMATCH,
        std::string("v.npz: tensor.npy: byte 60: `tensor` is 2 x 2 x 4, but raters x pairs x 3 is "
                    "needed") +
            kForm)
        ->tensor = Npy("<f8", "2, 2, 4", std::string(128, '\0'));
    add("texts", RS_FORMAT,
        std::string("v.npz: tensor.npy: byte 20: `tensor` holds texts (<U1), not numbers") + kForm)
        ->tensor = Npy("<U1", "2, 2, 3", std::string(48, '\0'));
    add("objects", RS_UNSUPPORTED,
        "v.npz: tensor.npy: byte 20: elements of type '|O' are not read here; numbers, truth "
        "values "
        "and texts of fixed length are read")
        ->tensor = Npy("|O", "2, 2, 3", "");
    add("more raters than fit", RS_RANGE,
        "v.npz: tensor.npy: byte 60: `tensor` is 1048577 x 2 x 3; at most 1048576 raters and "
        "1073741824 pairs are read; split the votes into several files")
        ->tensor = Npy("<f8", "1048577, 2, 3", "");
    add("larger than anything", RS_RANGE,
        "v.npz: tensor.npy: byte 60: the array is larger than any file; is it the right file?")
        ->tensor = Npy("<f8", "9223372036854775807, 9223372036854775807, 3", "");
    add("ids too few", RS_MISMATCH,
        std::string("v.npz: ids.npy: byte 60: `ids` is 1 of type <i8, but 2 integers or texts are "
                    "needed") +
            kForm)
        ->ids = IdsNpy({4});
    add("ids of floats", RS_MISMATCH,
        std::string("v.npz: ids.npy: byte 60: `ids` is 2 of type <f8, but 2 integers or texts are "
                    "needed") +
            kForm)
        ->ids = Npy("<f8", "2,", BytesOf<double>({4, 5}));
    add("ids twice", RS_FORMAT,
        "v.npz: ids.npy: raters 0 and 1 (from 0) have the same id '4'; give each rater an id of "
        "its "
        "own")
        ->ids = IdsNpy({4, 4});
    add("ids empty", RS_FORMAT,
        std::string("v.npz: ids.npy: rater 1 (from 0) has an empty id") + kForm)
        ->ids = Npy("<U2", "2,", Utf32("a", 2) + Utf32("", 2));
    add("ids of bad text", RS_FORMAT,
        std::string("v.npz: ids.npy: the id of rater 0 (from 0) is no valid text") + kForm)
        ->ids = Npy("<U1", "2,", LittleEndian(0xd800, 4) + LittleEndian('b', 4));
    add("info too short", RS_MISMATCH,
        std::string("v.npz: info.npy: byte 61: `info` is 1 x 2, but 2 x 2 is needed") + kForm)
        ->info = InfoNpy({{"a.png", "1"}});
    add("info of numbers", RS_FORMAT,
        std::string("v.npz: info.npy: byte 20: `info` holds numbers (<i8), not texts") + kForm)
        ->info = Npy("<i8", "2, 2", BytesOf<int64_t>({0, 1, 2, 3}));
    add("info in Fortran order", RS_UNSUPPORTED,
        "v.npz: info.npy: byte 59: `info` is in Fortran order; save it in C order")
        ->info = Npy("<U2", "2, 2", std::string(32, '\0'), true);
    add("info with a class that is none", RS_FORMAT,
        "v.npz: info.npy: row 1: 'cat' is no known label; a label is a class index, or a synset id "
        "when --synsets lists them")
        ->info = InfoNpy({{"a.png", "1"}, {"a.png", "cat"}});
    add("info with an empty name", RS_FORMAT,
        std::string("v.npz: info.npy: row 1: the file name is empty") + kForm)
        ->info = InfoNpy({{"a.png", "1"}, {"", "2"}});
    add("info with bad text", RS_FORMAT,
        std::string("v.npz: info.npy: row 0: file name or class is no valid text") + kForm)
        ->info = Npy("<U1", "2, 2", std::string(16, '\xff'));
    add("info with a zero inside a name", RS_FORMAT,
        std::string("v.npz: info.npy: row 0: file name or class is no valid text") + kForm)
        ->info = Npy("|S3", "2, 2", std::string("a\0b1\0\0b\0\0" "1\0\0", 12));
    add("a pair twice", RS_FORMAT,
        "v.npz: info.npy: row 1: class 1 of image 'a.png' is already row 0; name each pair of an "
        "image and a class once")
        ->info = InfoNpy({{"a.png", "1"}, {"a.png", "1"}});
    add("a pair twice, in other words", RS_FORMAT,
        "v.npz: info.npy: row 1: class 1 of image 'x/a.png' is already row 0; name each pair of an "
        "image and a class once")
        ->info = InfoNpy({{"a.png", "1"}, {"x/a.png", "01"}});
    add("twice", RS_FORMAT,
        "v.npz: row 1: rater '4' answers twice on class 2 of image 'a.png' (no and yes); keep one "
        "answer of each rater")
        ->tensor = Npy("<f8", "2, 2, 3", BytesOf<double>({0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0}));
    add("too short", RS_FORMAT,
        "v.npz: tensor.npy: byte 160: the array ends after 88 of its 96 bytes; the file is "
        "truncated; copy it again")
        ->tensor = TensorNpy({"yn", ".y"}).substr(0, 72 + 88);
    add("too long", RS_FORMAT,
        "v.npz: tensor.npy: byte 168: bytes follow the last element of the array; save the arrays "
        "again with numpy.savez")
        ->tensor = TensorNpy({"yn", ".y"}) + "x";
    add("ends in its header", RS_FORMAT,
        "v.npz: tensor.npy: byte 40: the array ends inside its header; the file is truncated; copy "
        "it again")
        ->tensor = TensorNpy({"yn", ".y"}).substr(0, 40);
    add("no array", RS_FORMAT,
        "v.npz: tensor.npy: byte 0: this is no .npy file; save the arrays again with numpy.savez")
        ->tensor = "rater,image,label,answer\n";
    const std::pair<double, const char *> values[] = {
        {std::nan(""), "NaN"}, {0.5, "0.5"}, {-1, "-1"}, {2, "2"}, {HUGE_VAL, "inf"}};
    for (const auto &value : values) {
        add("a value that is neither", RS_FORMAT,
            std::string("v.npz: tensor.npy: byte 120: ") + value.second +
                " stands for the answer \"no\" of rater 1 on pair 0 (from 0), where 0 or 1 is "
                "needed; an answer is 1 where it was given and 0 elsewhere")
            ->tensor = Npy("<f8", "2, 2, 3",
                           BytesOf<double>({0, 0, 1, 1, 0, 0, value.first, 0, 0, 0, 0, 0}));
    }
    for (const Case &bad : cases) {
        ExpectBad(folder, {bad.what, WriteArchive(folder, bad.archive), bad.status, bad.message});
    }
}

TEST(BadVotes, archives)
{
    const TemporaryFolder folder;
    const std::string whole = ReadFile(WriteArchive(folder, {}));
    const Votes truncated(folder.write("v.npz", whole.substr(0, whole.size() - 30)));
    EXPECT_EQ(truncated.status, RS_FORMAT);
    EXPECT_EQ(MessageOf(truncated.error),
              folder.path("v.npz") + ": the zip archive cannot be read: Not a zip archive; the "
                                     "archive is damaged; copy or save it again");
    // A byte inside the stored tensor: the checksum says so, after the ids and names were read.
    std::string flipped = whole;
    flipped[flipped.find("NUMPY") + 130] ^= 0x40;
    const Votes damaged(folder.write("v.npz", flipped));
    EXPECT_EQ(damaged.status, RS_FORMAT);
    const Votes missing(folder.path("none.npz"));
    EXPECT_EQ(missing.status, RS_IO);
    const Votes a_folder(folder.path());
    EXPECT_EQ(a_folder.status, RS_IO);
    const std::string twice = folder.path("v.npz");
    WriteZip(twice, {{"tensor.npy", TensorNpy({"y"})}, {"tensor", TensorNpy({"y"})}});
    const Votes two_members(twice);
    EXPECT_EQ(two_members.status, RS_FORMAT);
    EXPECT_EQ(MessageOf(two_members.error),
              twice + ": 2 members are called \"tensor\"; save the archive again");
}

}  // namespace
