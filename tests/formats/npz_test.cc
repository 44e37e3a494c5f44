// .npz archives: stored, deflated and ZIP64 members, which member is meant, and damage.
#include "formats/zip_files.h"

#include "formats/format_bytes.h"

extern "C" {
#include "formats/write.h"
}

namespace {

const std::vector<float> kValues = {-1.0f, -0.75f, -0.5f, -0.25f, 0.0f, 0.25f, 0.5f, 0.75f,
                                    1.0f,  1.25f,  1.5f,  1.75f,  2.0f, 2.25f, 2.5f}; // 5 x 3

std::string Logits()
{
    return Npy("<f4", "5, 3", BytesOf(kValues));
}

std::string Labels()
{
    return Npy("<i8", "5,", BytesOf(std::vector<int64_t>{0, 1, 2, 1, 0}));
}

std::string Fixture(const std::string &name)
{
    return std::string(RS_TEST_SOURCES) + "/tests/formats/data/" + name;
}

void ExpectValues(Source &source)
{
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_STREQ(source.info().format, "npz");
    EXPECT_STREQ(source.info().file_dtype, "<f4");
    EXPECT_EQ(source.info().dtype, RS_DTYPE_F32);
    EXPECT_EQ(source.info().rows, 5u);
    EXPECT_EQ(source.info().columns, 3u);
    EXPECT_EQ(source.info().bytes, 60u);
    EXPECT_EQ(source.ReadAll(2), BytesOf(kValues));
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

// Made by NumPy 1.24: numpy.savez writes ZIP64 fields in front of every member.
TEST(Npz, FilesOfNumpyAreRead)
{
    for (const char *name : {"numpy_savez.npz", "numpy_savez_compressed.npz"}) {
        Source source(Fixture(name));
        ExpectValues(source);
    }
}

TEST(Npz, FilesOfNumpyAreReadByMember)
{
    Source source(Fixture("numpy_savez.npz"), Options().Tensor("labels"));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(source.info().columns, 1u);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), (std::vector<int32_t>{0, 1, 2, 3, 4}));
}

TEST(Npz, NpyFilesOfNumpyAreRead)
{
    Source plain(Fixture("numpy_save.npy"));
    ASSERT_EQ(plain.status, RS_OK) << plain.Message();
    EXPECT_EQ(plain.ReadAll(), BytesOf(kValues));
    Source fortran(Fixture("numpy_save_fortran.npy"));
    ASSERT_EQ(fortran.status, RS_OK) << fortran.Message();
    EXPECT_STREQ(fortran.info().file_dtype, ">f8");
    EXPECT_EQ(fortran.ReadAll(), BytesOf(std::vector<double>(kValues.begin(), kValues.end())));
}

TEST(Npz, StoredAndDeflatedMembersAreRead)
{
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        const TemporaryFolder folder;
        const std::string path = folder.path("a.npz");
        WriteZip(path, {{"logits.npy", Logits(), method}});
        Source source(path);
        ExpectValues(source);
    }
}

TEST(Npz, AFortranMemberIsTurnedAround)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", Npy("<f4", "5, 3", Transposed(BytesOf(kValues), 5, 3, 4), true),
                     ZIP_CM_DEFLATE}});
    Source source(path);
    ExpectValues(source);
    EXPECT_TRUE(source.info().random_access);
}

TEST(Npz, RowsCanBeSkippedButNotReadAgain)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"logits.npy", Logits(), ZIP_CM_DEFLATE}});
    const Source source(path, Options().Io(RS_IO_PREAD));
    std::vector<float> row(3);
    uint64_t got = 0;
    rs_error error = {};
    ASSERT_EQ(rs_source_read(source.get(), 2, 1, row.data(), &got, &error), RS_OK);
    EXPECT_EQ(row, (std::vector<float>{0.5f, 0.75f, 1.0f}));
    EXPECT_EQ(rs_source_read(source.get(), 2, 1, row.data(), &got, &error), RS_USAGE);
    EXPECT_EQ(got, 0u);
    EXPECT_EQ(std::string(error.file), path + ": logits.npy");
    EXPECT_STREQ(error.reason, "a stream cannot be read again from row 2");
    EXPECT_STREQ(error.advice, "write it to a file first");
}

TEST(Npz, RowsThatAreMappedOrHeldAreReadInAnyOrder)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        WriteZip(path, {{"logits.npy", Logits(), method}});
        const Source source(path, Options().Io(RS_IO_MMAP));
        EXPECT_TRUE(source.info().random_access);
        std::vector<float> row(3);
        uint64_t got = 0;
        for (const uint64_t at : {4, 0, 2, 2}) {
            ASSERT_EQ(rs_source_read(source.get(), at, 1, row.data(), &got, nullptr), RS_OK);
            EXPECT_EQ(BytesOf(row), BytesOf(kValues).substr(at * 12, 12));
        }
        uint64_t rows = 0;
        uint64_t stride = 0;
        const void *const view = rs_source_view(source.get(), 1, &rows, &stride);
        ASSERT_NE(view, nullptr);
        EXPECT_EQ(rows, 4u);
        EXPECT_EQ(stride, 12u);
        EXPECT_EQ(std::memcmp(view, &kValues[3], 48), 0);
    }
}

// Our own archives have ZIP64 fields in the directory too.
TEST(Npz, MembersOfOwnArchivesAreFoundInTheFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const rs_array_spec spec = {"logits", RS_DTYPE_F32, 5, 3};
    rs_array_writer *writer = nullptr;
    ASSERT_EQ(rs_array_writer_create(path.c_str(), RS_WRITE_NPZ, &spec, &writer, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_put(writer, kValues.data(), 5, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_commit(writer, nullptr), RS_OK);
    Source source(path, Options().Io(RS_IO_MMAP));
    ExpectValues(source);
    EXPECT_TRUE(source.info().random_access);
}

TEST(Npz, ACommentBehindTheDirectoryIsPassedOver)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", Logits()}, {"y.npy", Labels()}});
    const std::string plain = ReadFile(path);
    // The first one looks like another end of the archive, with a comment that does not end there.
    const std::string comments[] = {std::string("PK\5\6", 4) + std::string(18, '\1'), "hello",
                                    std::string(65535, '.')};
    for (const std::string &comment : comments) {
        std::string bytes = plain;
        bytes[bytes.size() - 2] = static_cast<char>(comment.size() & 0xff);
        bytes[bytes.size() - 1] = static_cast<char>(comment.size() >> 8);
        folder.write("a.npz", bytes + comment);
        Source source(path, Options().Tensor("x").Io(RS_IO_MMAP));
        ExpectValues(source);
        EXPECT_TRUE(source.info().random_access) << comment.size();
    }
}

// It is never mapped; libzip may refuse it or read it.
TEST(Npz, ALocalHeaderThatContradictsIsLeftToLibzip)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", Logits()}});
    std::string bytes = ReadFile(path);
    bytes[8] = ZIP_CM_DEFLATE; // the method, in the local header alone
    folder.write("a.npz", bytes);
    Source source(path, Options().Io(RS_IO_MMAP));
    EXPECT_FALSE(source.status == RS_OK && source.info().random_access);
    EXPECT_TRUE(source.status != RS_OK || source.ReadAll(2) == BytesOf(kValues));
}

// ---- which member ----

struct Choice {
    const char *name;
    std::vector<ZipMember> members;
    const char *tensor;
    std::string problem; // empty: kValues come out
    std::string advice;
    rs_status status = RS_USAGE;
};

std::vector<Choice> Choices()
{
    const std::string logits = Logits();
    const std::string other = Npy("<f8", "5, 2", std::string(80, '\0'));
    const std::string cube = Npy("<f4", "5, 3, 1", BytesOf(kValues));
    const std::string say = "say with --tensor NAME which one";
    const std::string names = "give --tensor one of these names";
    return {
        {"beside_labels", {{"labels.npy", Labels()}, {"logits.npy", logits}}, nullptr, "", ""},
        {"beside_other_files", {{"readme.txt", "hello"}, {"logits.npy", logits}}, nullptr, "", ""},
        {"beside_a_cube", {{"features.npy", cube}, {"logits.npy", logits}}, nullptr, "", ""},
        {"by_name", {{"a.npy", other}, {"b.npy", logits}}, "b", "", ""},
        {"by_name_with_suffix", {{"a.npy", other}, {"b.npy", logits}}, "b.npy", "", ""},
        {"without_suffix", {{"a.npy", other}, {"b", logits}}, "b", "", ""},
        {"without_suffix_alone", {{"logits", logits}}, nullptr, "", ""},
        {"in_a_folder", {{"run/a.npy", other}, {"run/b.npy", logits}}, "run/b", "", ""},
        {"two_of_floats",
         {{"a.npy", other}, {"b.npy", logits}},
         nullptr,
         "several members could be meant: a.npy (<f8 5 x 2), b.npy (<f4 5 x 3)",
         say},
        {"two_of_integers",
         {{"a.npy", Labels()}, {"b.npy", Labels()}},
         nullptr,
         "several members could be meant: a.npy (<i8 5), b.npy (<i8 5)",
         say},
        {"no_such_name",
         {{"a.npy", other}, {"b.npy", logits}},
         "c",
         "no member is called \"c\"; there are: a.npy (<f8 5 x 2), b.npy (<f4 5 x 3)",
         names},
        {"nothing_fits",
         {{"a.npy", cube}, {"b.txt", "hello"}},
         nullptr,
         "no member holds rows that can be scored; there are: a.npy (<f4 5 x 3 x 1), b.txt (not "
         "read)",
         "save the logits as a float array of N x C",
         RS_FORMAT},
        {"workbook",
         {{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}},
         nullptr,
         "no member holds rows that can be scored; there are: [Content_Types].xml (not read), "
         "xl/workbook.xml (not read)",
         "this is the workbook of a spreadsheet: save its sheet as CSV",
         RS_FORMAT},
    };
}

class NpzChoices : public testing::TestWithParam<Choice> {};

TEST_P(NpzChoices, FindTheMember)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, GetParam().members);
    Source source(path, Options().Tensor(GetParam().tensor));
    if (GetParam().problem.empty()) {
        ExpectValues(source);
    } else {
        ExpectFailure(source, path,
                      {GetParam().status, RS_PLACE_NONE, 0, GetParam().problem, GetParam().advice});
    }
}

INSTANTIATE_TEST_SUITE_P(Npz, NpzChoices, testing::ValuesIn(Choices()),
                         [](const auto &test) { return test.param.name; });

// ---- row blocks ----

std::string Block(uint64_t first, uint64_t rows)
{
    return Npy("<f4", std::to_string(rows) + ", 3",
               BytesOf(kValues).substr(first * 12, rows * 12));
}

// Named in the order of the archive; kValues are the rows in the order of the numbers.
std::vector<Choice> Blocks()
{
    const std::string say = "say with --tensor NAME which one";
    const std::string or_say =
        say + ", or with --tensor 'arr_*' that they are row blocks of one array";
    const std::string from_0_or_1 = "row blocks are numbered from 0 or 1 on, each number once";
    return {
        {"the_last_is_shorter", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 2)},
                                 {"arr_2.npy", Block(4, 1)}}, nullptr, "", ""},
        {"from_one_on", {{"logits_1.npy", Block(0, 3)}, {"logits_2.npy", Block(3, 2)}}, nullptr, "",
         ""},
        {"in_another_order", {{"b1.npy", Block(3, 2)}, {"b0.npy", Block(0, 3)}}, nullptr, "", ""},
        {"zeros_in_front", {{"b_0009.npy", Npy("<i8", "5,", std::string(40, '\0'))},
                            {"b_0001.npy", Block(3, 2), ZIP_CM_DEFLATE},
                            {"b_0000.npy", Block(0, 3), ZIP_CM_DEFLATE}}, nullptr, "", ""},
        {"number_inside", {{"run/0/out.npy", Block(0, 4)}, {"run/1/out.npy", Block(4, 1)},
                           {"labels.npy", Labels()}}, nullptr, "", ""},
        {"said", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 3)}, {"labels.npy", Labels()}},
         "arr_*", "", ""},
        {"said_with_the_ending", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 3)}},
         "arr_*.npy", "", ""},
        {"one_alone", {{"arr_0.npy", Logits()}, {"b_0.npy", Logits()}}, "arr_*", "", ""},
        {"as_many_each", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 2)}}, nullptr,
         "several members could be meant: arr_0.npy (<f4 2 x 3), arr_1.npy (<f4 2 x 3)", or_say},
        {"the_first_is_missing", {{"arr_2.npy", Block(0, 2)}, {"arr_3.npy", Block(2, 1)}}, nullptr,
         "several members could be meant: arr_2.npy (<f4 2 x 3), arr_3.npy (<f4 1 x 3)", or_say},
        {"one_has_another_form", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 1)},
                                  {"other.npy", Block(0, 2)}}, nullptr,
         "several members could be meant: arr_0.npy (<f4 2 x 3), arr_1.npy (<f4 1 x 3), other.npy "
         "(<f4 2 x 3)", say},
        {"a_hole", {{"arr_0.npy", Block(0, 2)}, {"arr_2.npy", Block(2, 1)}}, "arr_*",
         "of 2 arrays called \"arr_*\" number 1 is missing, or another comes twice", from_0_or_1,
         RS_MISMATCH},
        {"twice", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", Block(2, 1)},
                   {"arr_01.npy", Block(2, 1)}}, "arr_*",
         "of 3 arrays called \"arr_*\" number 2 is missing, or another comes twice", from_0_or_1,
         RS_MISMATCH},
        {"of_other_columns", {{"arr_0.npy", Block(0, 2)},
                              {"arr_1.npy", Npy("<f4", "2, 2", std::string(16, '\0'))}}, "arr_*",
         "arr_0.npy (<f4 2 x 3) and arr_1.npy (<f4 2 x 2) are no blocks of one array",
         "blocks of one model have its classes as columns, and one type", RS_MISMATCH},
        {"no_rows_at_all", {{"arr_0.npy", Block(0, 2)}, {"arr_1.npy", "hello"}}, "arr_*",
         "arr_1.npy (not read) is no block of rows", "blocks are N x C, of one type", RS_MISMATCH},
        {"no_such_number", {{"arr_a.npy", Block(0, 2)}, {"arr_.npy", Block(2, 1)}}, "arr_*",
         "no member is called \"arr_*\"; there are: arr_a.npy (<f4 2 x 3), arr_.npy (<f4 1 x 3)",
         "give --tensor one of these names"},
    };
}

class NpzBlocks : public testing::TestWithParam<Choice> {};

TEST_P(NpzBlocks, ArePutTogetherByTheirNumbers)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, GetParam().members);
    Source source(path, Options().Tensor(GetParam().tensor));
    if (GetParam().problem.empty()) {
        ExpectValues(source);
    } else {
        ExpectFailure(source, path,
                      {GetParam().status, RS_PLACE_NONE, 0, GetParam().problem, GetParam().advice});
    }
}

INSTANTIATE_TEST_SUITE_P(Npz, NpzBlocks, testing::ValuesIn(Blocks()),
                         [](const auto &test) { return test.param.name; });

TEST(Npz, BlocksOfIntegersAreRankedPredictions)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"p_1.npy", Npy("<i8", "1, 2", BytesOf(std::vector<int64_t>{4, 5}))},
                    {"p_0.npy", Npy("<i8", "2, 2", BytesOf(std::vector<int64_t>{0, 1, 2, 3}))}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(2)), (std::vector<int32_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Npz, BlocksAreReadInTurnAndSkippedWhole)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    std::vector<ZipMember> members;
    std::vector<float> values;
    for (int i = 0; i < 1500; ++i) { // more than a process may have files open
        const std::vector<float> row = {static_cast<float>(i), 0, 0};
        values.insert(values.end(), row.begin(), row.end());
        members.push_back({"b" + std::to_string(i) + ".npy", Npy("<f4", "1, 3", BytesOf(row))});
    }
    WriteZip(path, members);
    Source source(path, Options().Tensor("b*"));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().rows, 1500u);
    EXPECT_EQ(source.info().bytes, 1500u * 12u);
    EXPECT_EQ(source.ReadAll(7), BytesOf(values));

    const Source again(path, Options().Tensor("b*"));
    std::vector<float> row(6);
    uint64_t got = 0;
    rs_error error = {};
    ASSERT_EQ(rs_source_read(again.get(), 700, 2, row.data(), &got, &error), RS_OK);
    EXPECT_EQ(row, (std::vector<float>{700, 0, 0, 701, 0, 0}));
    EXPECT_EQ(rs_source_read(again.get(), 5, 1, row.data(), &got, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "a stream cannot be read again from row 5");
}

TEST(BadNpz, ADamagedBlockIsNamed)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::string cut = Block(3, 2);
    WriteZip(path, {{"b0.npy", Block(0, 3)}, {"b1.npy", cut.substr(0, cut.size() - 1)}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(5), "");
    EXPECT_EQ(source.status, RS_FORMAT);
    EXPECT_EQ(std::string(source.error.file), path + ": b1.npy");
    EXPECT_STREQ(source.error.reason, "the data end here, 1 bytes early");
}

TEST(Npz, TwoMembersOfOneNameAreRefused)
{
    // libzip writes no such archive: rename a member in the bytes of one.
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"a.npy", Logits()}, {"b.npy", Logits()}});
    std::string bytes = ReadFile(path);
    for (size_t at = bytes.find("b.npy"); at != std::string::npos; at = bytes.find("b.npy")) {
        bytes[at] = 'a';
    }
    folder.write("a.npz", bytes);
    const Source source(path, Options().Tensor("a"));
    ExpectFailure(
        source, path,
        {RS_FORMAT, RS_PLACE_NONE, 0, "2 members are called \"a\"", "save the archive again"});
}

// ---- bad members and bad archives ----

const char kDamaged[] = "the archive is damaged; copy or save it again";

TEST(BadNpz, AnErrorInAMemberNamesItAndTheByte)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const Marked dictionary("{'descr': '|O', 'fortran_order': False, 'shape': (5, 3), }\n"
                            "          ^");
    const std::string header = NpyHeader(dictionary.text);
    WriteZip(path, {{"x.npy", header}});
    const Source objects(path);
    EXPECT_EQ(objects.status, RS_UNSUPPORTED);
    EXPECT_EQ(std::string(objects.error.file), path + ": x.npy");
    EXPECT_EQ(objects.error.place.at, header.size() - dictionary.text.size() + dictionary.at);
    EXPECT_STREQ(objects.error.reason,
                 "the array holds pickled Python objects, which are never loaded");

    const Marked hello("hello\n"
                       "^");
    WriteZip(path, {{"x.npy", hello.text}});
    const Source text(path);
    ExpectFailure(text, path + ": x.npy",
                  {RS_FORMAT, RS_PLACE_BYTE, hello.at, "this is no .npy file",
                   "name a member that holds an array"});
}

TEST(BadNpz, AMemberThatIsTooShortOrTooLong)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::string logits = Logits();
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        WriteZip(path, {{"x.npy", logits.substr(0, logits.size() - 5), method}});
        Source cut(path);
        ASSERT_EQ(cut.status, RS_OK);
        EXPECT_EQ(cut.ReadAll(2).size(), 48u);
        ExpectFailure(
            cut, path + ": x.npy",
            {RS_FORMAT, RS_PLACE_BYTE, logits.size() - 5, "the data end here, 5 bytes early",
             "it is truncated, or the program that wrote it stopped early; make it again"});
        WriteZip(path, {{"x.npy", logits + "!", method}});
        Source longer(path);
        ASSERT_EQ(longer.status, RS_OK);
        EXPECT_EQ(longer.ReadAll(5).size(), 0u); // the last row is not delivered
        ExpectFailure(longer, path + ": x.npy",
                      {RS_FORMAT, RS_PLACE_BYTE, logits.size(),
                       "the array ends here, but more bytes follow",
                       "send one array alone, and check its header"});
    }
}

// Flips a bit of every byte of the member in turn: none of the archives may give other rows.
TEST(BadNpz, EveryDamagedByteIsFound)
{
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        const TemporaryFolder folder;
        const std::string path = folder.path("a.npz");
        WriteZip(path, {{"x.npy", Logits(), method}});
        const std::string good = ReadFile(path);
        const size_t end = good.find("PK\1\2");
        ASSERT_NE(end, std::string::npos);
        for (size_t at = 30 + 5; at < end; ++at) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x10);
            folder.write("a.npz", bad);
            for (const uint64_t block : {uint64_t{1}, uint64_t{5}, uint64_t{7}}) {
                Source source(path, Options().Io(block == 5 ? RS_IO_PREAD : RS_IO_MMAP));
                const std::string rows = source.status == RS_OK ? source.ReadAll(block) : "";
                if (source.status == RS_OK) {
                    // The last byte of deflated data ends in bits without a meaning.
                    EXPECT_EQ(method, ZIP_CM_DEFLATE) << "byte " << at << " block " << block;
                    EXPECT_EQ(rows, BytesOf(kValues)) << "byte " << at << " block " << block;
                } else {
                    EXPECT_LT(rows.size(), 60u);
                }
            }
        }
    }
}

TEST(BadNpz, AWrongChecksumIsNamed)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", Logits()}});
    std::string bytes = ReadFile(path);
    const size_t last = bytes.find("PK\1\2") - 1;
    bytes[last] = static_cast<char>(bytes[last] ^ 1);
    folder.write("a.npz", bytes);
    Source source(path);
    ASSERT_EQ(source.status, RS_OK);
    EXPECT_EQ(source.ReadAll(5), "");
    ExpectFailure(source, path + ": x.npy",
                  {RS_FORMAT, RS_PLACE_NONE, 0, "the checksum of its bytes is wrong", kDamaged});
    // And it stays broken.
    uint64_t got = 0;
    std::vector<float> rows(15);
    EXPECT_EQ(rs_source_read(source.get(), 0, 5, rows.data(), &got, nullptr), RS_FORMAT);
    EXPECT_EQ(got, 0u);
}

TEST(BadNpz, EncryptedAndOddlyCompressedMembersAreRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::string advice = "save it with numpy.savez or numpy.savez_compressed";
    WriteZip(path, {{"x.npy", Logits(), ZIP_CM_STORE, "secret"}});
    const Source encrypted(path);
    ExpectFailure(encrypted, path + ": x.npy",
                  {RS_UNSUPPORTED, RS_PLACE_NONE, 0, "it is encrypted", advice});

    WriteZip(path, {{"x.npy", Logits()}});
    std::string bytes = ReadFile(path);
    bytes[8] = 97;                         // WavPack, in the local header
    bytes[bytes.find("PK\1\2") + 10] = 97; // and in the directory
    folder.write("a.npz", bytes);
    const Source odd(path);
    ExpectFailure(odd, path + ": x.npy",
                  {RS_UNSUPPORTED, RS_PLACE_NONE, 0,
                   "it is compressed by a method that is not read here", advice});
}

TEST(BadNpz, ATruncatedArchiveIsRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", Logits()}, {"y.npy", Labels()}});
    const std::string good = ReadFile(path);
    for (size_t size = 4; size < good.size(); ++size) {
        folder.write("a.npz", good.substr(0, size));
        const Source source(path);
        EXPECT_EQ(source.status, RS_FORMAT) << size << " " << source.Message();
        EXPECT_STREQ(source.error.advice, kDamaged);
    }
}

TEST(BadNpz, AnEmptyArchiveIsRefused)
{
    const TemporaryFolder folder;
    const std::string path =
        folder.write("a.npz", std::string("PK\5\6", 4) + std::string(18, '\0'));
    const Source source(path);
    ExpectFailure(source, path,
                  {RS_FORMAT, RS_PLACE_NONE, 0,
                   "no member holds rows that can be scored; there are: none",
                   "save the logits as a float array of N x C"});
}

TEST(BadNpz, ThousandsOfMembersNeedAName)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    std::vector<ZipMember> members;
    for (int i = 0; i < 4097; ++i) {
        members.push_back({"m" + std::to_string(i) + ".npy", ""});
    }
    members[7].content = Logits();
    WriteZip(path, members);
    const Source unnamed(path);
    ExpectFailure(unnamed, path,
                  {RS_RANGE, RS_PLACE_NONE, 0, "the archive has 4097 members",
                   "say with --tensor which to read"});
    Source named(path, Options().Tensor("m7"));
    ExpectValues(named);
}

TEST(BadNpz, AStreamIsRefused)
{
    const TemporaryFolder folder;
    WriteZip(folder.path("a.npz"), {{"x.npy", Logits()}});
    const StandardInput input(ReadFile(folder.path("a.npz")));
    const Source source("-");
    ExpectFailure(source, "standard input",
                  {RS_UNSUPPORTED, RS_PLACE_NONE, 0,
                   "an .npz has its directory at the end and cannot be read from a stream",
                   "save it to a file first and give its name"});
}

// A member that unpacks to a thousand times its size is read row by row; one that claims to be
// larger than it is costs nothing.
TEST(BadNpz, ClaimsCostNothing)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    for (const bool fortran : {false, true}) {
        WriteZip(path, {{"x.npy", Npy("<f4", "100000000, 2", std::string(4096, '\0'), fortran),
                         ZIP_CM_DEFLATE}});
        Source source(path);
        if (source.status == RS_OK) {
            EXPECT_EQ(source.info().rows, 100000000u);
            EXPECT_EQ(source.ReadAll(1000).size(), 0u);
        }
        EXPECT_EQ(source.status, RS_FORMAT) << source.Message();
        EXPECT_STREQ(source.error.reason, "the data end here, 799995904 bytes early");
    }
    WriteZip(path, {{"x.npy", Npy("<f8", "4294967295, 65536", std::string(64, '\0'), true)}});
    const Source source(path);
    EXPECT_EQ(source.status, RS_MEMORY) << source.Message();
    EXPECT_STREQ(source.error.advice, "save it in C order, row by row");
}

TEST(BadNpz, AnArchiveOfTorchIsRecognised)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("model.pt");
    WriteZip(path, {{"archive/data.pkl", "\x80\2}"}, {"archive/data/0", "xxxx"}});
    const Source source(path);
    EXPECT_EQ(source.status, RS_UNSUPPORTED);
    EXPECT_STREQ(source.error.reason, "this is a file of torch.save");
    const std::string advice = source.error.advice; // tests/advice runs it
    EXPECT_NE(advice.find("torch.load(sys.argv[1]"), std::string::npos) << advice;
    EXPECT_NE(advice.find("n.save('logits.npy'"), std::string::npos) << advice;
}

} // namespace
