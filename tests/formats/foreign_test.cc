// Files of other formats: recognised by their first bytes, refused with the line that converts
// them.
#include <fcntl.h>

#include "formats/format_bytes.h"

namespace {

struct Foreign {
    const char *name;
    std::string bytes;
    rs_status status;
    std::string reason;
    std::string advice; // with {in} and {out}
    friend std::ostream &operator<<(std::ostream &out, const Foreign &foreign)
    {
        return out << foreign.name;
    }
};

// What the lines do is for tests/advice, which runs them.
std::string LineOf(const std::string &id)
{
    static const std::map<std::string, std::string> lines = {
#define RS_ADVICE(ID, at, magic, reason, line) {#ID, line},
#include "formats/convert_advice.def"
    };
    return lines.at(id);
}

bool EndsIn(const std::string &text, const std::string &end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// No line writes over the file that it reads.
std::string FilledIn(std::string line, const std::string &in)
{
    for (const auto &[mark, text] : {std::pair<std::string, std::string>{"{in}", "'" + in + "'"},
                                     {"{out}", EndsIn(in, "/logits.npy") ? "rows.npy"
                                                                         : "logits.npy"}}) {
        if (const size_t at = line.find(mark); at != std::string::npos) {
            line.replace(at, mark.size(), text);
        }
    }
    return line;
}

// A path is shown where it leaves room for the line.
std::string WithPath(const std::string &line, const std::string &path)
{
    const std::string whole = FilledIn(line, path);
    return whole.size() < RS_ERROR_TEXT_BYTES ? whole : FilledIn(line, "FILE");
}

std::vector<Foreign> ForeignFiles()
{
    const std::string neither = "this is neither .npy, .npz, .safetensors, a .safetensors index "
                                "nor a CSV of predictions";
    const rs_status no = RS_UNSUPPORTED;
    return {
        {"pickle", std::string("\x80\x04\x95", 3) + "numpy", no,
         "this is a Python pickle, which is never loaded", LineOf("PICKLE")},
        {"frame", "\x80\x04\x95" + std::string(8, '\0') + "\x8c\x06pandas\x94\x8c\tDataFrame", no,
         "this is a pickled pandas frame, which is never loaded", LineOf("FRAME")},
        {"old_torch", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", no,
         "this is a file of torch.save", LineOf("TORCH")},
        {"hdf5", std::string("\x89HDF\r\n\x1a\n\0\0", 10), no, "this is an HDF5 file",
         LineOf("HDF5")},
        {"parquet", "PAR1\x15\x04", no, "this is a Parquet file", LineOf("PARQUET")},
        {"feather", std::string("ARROW1\0\0", 8), no, "this is an Arrow (Feather) file",
         LineOf("ARROW")},
        {"matlab", "MATLAB 5.0 MAT-file", no, "this is a MATLAB file", LineOf("MATLAB")},
        {"gzip", "\x1f\x8b\x08", no, "this is compressed by gzip", LineOf("GZIP")},
        {"bzip2", "BZh91AY", no, "this is compressed by bzip2", LineOf("BZIP2")},
        {"xz",
         std::string("\xfd"
                     "7zXZ\0",
                     6),
         no, "this is compressed by xz", LineOf("XZ")},
        {"zstd", "\x28\xb5\x2f\xfd\x04", no, "this is compressed by zstd", LineOf("ZSTD")},
        {"tar", "logits.npy" + std::string(247, '\0') + "ustar  ", no, "this is a tar archive",
         LineOf("TAR")},
        {"numbers_as_text", "0.1,0.2,0.7\n0.3,0.3,0.4\n", no, "this is a text file",
         LineOf("TEXT")},
        {"json", "{\"logits\": [[1, 2]]}\n", no, "this is a JSON text", LineOf("JSON")},
        {"json_on_lines", "[\n[1, 2]\n]\n", no, "this is a JSON text", LineOf("JSON")},
        {"json_lines", "[1, 2] \r\n[3, 4]\r\n", no, "this is a text of JSON lines",
         LineOf("JSON_LINES")},
        {"numbers", "\n # of a model\n1 -2e3 nan\n", no, "this is a text file", LineOf("TEXT")},
        {"number", "7", no, "this is a text file", LineOf("TEXT")},
        {"blanks", " \r\n\t", no, "this is a text file", LineOf("TEXT")},
        {"utf8_text", "\xc3\xa9t\xc3\xa9\n", no, "this is a text file with a header",
         LineOf("TABLE")},
        {"git_lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", no,
         "this is a pointer of Git LFS, not the file that it stands for",
         "fetch that with git lfs pull"},
        {"web_page", "<!DOCTYPE html>\n<html>", no, "this is a web page",
         "was it saved in place of the file? Fetch it again"},
        {"old_excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(8, '\0'), no,
         "this is an old workbook of Excel", "save its sheet as CSV"},
        {"utf16",
         std::string("\xff\xfe"
                     "f\0i\0",
                     6),
         no, "the text is in UTF-16", "save the file as UTF-8"},
        {"utf16_the_other_way", std::string("\xfe\xff\0f\0i", 6), no, "the text is in UTF-16",
         "save the file as UTF-8"},
        {"empty", "", RS_FORMAT, "there is nothing in it", "save the model's outputs again"},
        {"bare_numbers", std::string("\0\0\x80\x3f\0\0\0\x40", 8), no, neither,
         "save it with numpy.save; for bare numbers say what they are with --shape and --dtype"},
        {"old_magic_cut_short", std::string("\x93NUMP", 5) + std::string(3, '\1'), no, neither,
         "save it with numpy.save; for bare numbers say what they are with --shape and --dtype"},
    };
}

class ForeignFormats : public testing::TestWithParam<Foreign> {};

TEST_P(ForeignFormats, AreRefusedWithAdvice)
{
    const TemporaryFolder folder;
    // The name says nothing: formats are found by their bytes.
    const std::string path = folder.write("logits.npy", GetParam().bytes);
    const Source source(path);
    ExpectFailure(source, path,
                  {GetParam().status, RS_PLACE_BYTE, 0, GetParam().reason,
                   WithPath(GetParam().advice, path)});
    const StandardInput input(GetParam().bytes);
    const Source streamed("-");
    ExpectFailure(streamed, "standard input",
                  {GetParam().status, RS_PLACE_BYTE, 0, GetParam().reason,
                   WithPath(GetParam().advice, "FILE")});
}

INSTANTIATE_TEST_SUITE_P(Formats, ForeignFormats, testing::ValuesIn(ForeignFiles()),
                         [](const auto &test) { return test.param.name; });

// Less than what tells the format: no text, and no line that converts one.
TEST(ForeignFormat, CutInItsFirstBytes)
{
    const struct {
        std::string bytes;
        const char *called;
    } cases[] = {{"\x93", ".npy"}, {"\x93NUMP", ".npy"},          {"P", ".npz"},
                 {"PK", ".npz"},   {std::string("PK\3"), ".npz"}, {"\x89HD", "HDF5"}};
    const TemporaryFolder folder;
    for (const auto &one : cases) {
        const std::string path = folder.write("logits.npy", one.bytes);
        const Source source(path);
        ExpectFailure(source, path,
                      {RS_FORMAT, RS_PLACE_BYTE, one.bytes.size(),
                       std::string("the file ends in the first bytes of what begins as ") +
                           one.called + " does",
                       "the file is truncated; copy it again"});
    }
    // a letter of another text ends it, and bytes that begin no letter are none
    for (const std::string bytes : {"Q", "PQ", "\xc3\xa9"}) {
        const Source source(folder.write("logits.npy", bytes));
        EXPECT_EQ(std::string(source.error.reason).find("this is a text file"), 0u) << bytes;
    }
    const Source source(folder.write("logits.npy", "\x93 is no text"));
    EXPECT_EQ(std::string(source.error.reason).find("this is neither"), 0u);
}

TEST(ForeignFormat, AnArrayOfOtherElementsLeadsToItsLine)
{
    const TemporaryFolder folder;
    struct {
        const char *descr;
        const char *reason;
        const char *line;
    } const cases[] = {
        {"'|O'", "the array holds pickled Python objects, which are never loaded", "OBJECTS"},
        {"[('logits', '<f4')]", "the array has structured elements", "FIELDS"},
        {"'<f16'", "elements of type '<f16' cannot be scored", "LONG_FLOATS"},
    };
    for (const auto &one : cases) {
        const std::string bytes =
            NpyHeader("{'descr': " + std::string(one.descr) +
                  ", 'fortran_order': False, 'shape': (2, 2), }") + "\x80\x04..";
        const std::string path = folder.write("rows", bytes);
        const Source source(path);
        ExpectFailure(source, path, {RS_UNSUPPORTED, RS_PLACE_BYTE, bytes.find(one.descr),
                                     one.reason, WithPath(LineOf(one.line), path)});
    }
}

// An advice is pasted into a shell: a path that would not survive quoting is not put into it.
TEST(ForeignFormat, APathThatCannotBeQuotedIsNotShown)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("it's.gz", "\x1f\x8b\x08");
    const Source source(path);
    EXPECT_STREQ(source.error.advice, "unpack it on the way: gzip -dc 'FILE' | reassess eval -");
}

TEST(ForeignFormat, APathThatLeavesNoRoomForTheLineIsNotShown)
{
    const TemporaryFolder folder;
    const std::string name(240, 'n');
    const Source source(folder.write(name, "\x80\x04"));
    const std::string line = source.error.advice;
    EXPECT_EQ(line.find(name), std::string::npos);
    EXPECT_EQ(line.substr(line.size() - 8), "\" 'FILE'");
    const Source shorter(folder.write("rows", "PAR1"));
    EXPECT_NE(std::string(shorter.error.advice).find("/rows'"), std::string::npos);
}

TEST(ForeignFormat, AFolderAndAMissingFile)
{
    const TemporaryFolder folder;
    const Source inside(folder.path());
    ExpectFailure(
        inside, folder.path(),
        {RS_IO, RS_PLACE_NONE, 0, "this is a folder, a file is needed", "name a file inside it"});
    const Source missing(folder.path("none.npy"));
    ExpectFailure(missing, folder.path("none.npy"),
                  {RS_IO, RS_PLACE_NONE, 0, "no such file", "check the spelling of the path"});
}

TEST(ForeignFormat, AFolderOnStandardInput)
{
    const TemporaryFolder folder;
    const int saved = dup(STDIN_FILENO);
    const int fd = open(folder.path().c_str(), O_RDONLY);
    dup2(fd, STDIN_FILENO);
    const Source source("-");
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd);
    ExpectFailure(
        source, "standard input",
        {RS_IO, RS_PLACE_NONE, 0, "this is a folder, a file is needed", "name a file inside it"});
}

TEST(ForeignFormat, TheFormatIsFoundByBytesNotByName)
{
    const TemporaryFolder folder;
    Source source(folder.write("a.safetensors", Npy("<f4", "1, 1", "abcd")));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_STREQ(source.info().format, "npy");
    EXPECT_EQ(source.ReadAll(), "abcd");
}

} // namespace
