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
    std::string advice; // %s: the path
    friend std::ostream &operator<<(std::ostream &out, const Foreign &foreign)
    {
        return out << foreign.name;
    }
};

std::vector<Foreign> ForeignFiles()
{
    const std::string neither = "this is neither .npy, .npz, .safetensors nor a CSV of predictions";
    const std::string text =
        "convert it: python3 -c \"import sys, numpy; numpy.save('logits.npy', "
        "numpy.loadtxt(sys.argv[1], 'f4', delimiter=','))\" '%s'; a table of predictions "
        "begins with the names of its columns, as in filename,index,prob";
    const rs_status no = RS_UNSUPPORTED;
    return {
        {"pickle", std::string("\x80\x04\x95", 3) + "numpy", no,
         "this is a Python pickle, which is never loaded",
         "convert it if you trust it: python3 -c \"import sys, pickle, numpy; "
         "numpy.save('logits.npy', numpy.asarray(pickle.load(open(sys.argv[1], 'rb')), 'f4'))\" "
         "'%s'"},
        {"hdf5", std::string("\x89HDF\r\n\x1a\n\0\0", 10), no, "this is an HDF5 file",
         "convert it: python3 -c \"import sys, h5py, numpy; numpy.save('logits.npy', "
         "h5py.File(sys.argv[1])['DATASET'][:])\" '%s'"},
        {"parquet", "PAR1\x15\x04", no, "this is a Parquet file",
         "convert it: python3 -c \"import sys, pandas, numpy; numpy.save('logits.npy', "
         "pandas.read_parquet(sys.argv[1]).to_numpy('f4'))\" '%s'"},
        {"feather", std::string("ARROW1\0\0", 8), no, "this is an Arrow (Feather) file",
         "convert it: python3 -c \"import sys, pandas, numpy; numpy.save('logits.npy', "
         "pandas.read_feather(sys.argv[1]).to_numpy('f4'))\" '%s'"},
        {"matlab", "MATLAB 5.0 MAT-file", no, "this is a MATLAB file",
         "convert it: python3 -c \"import sys, scipy.io, numpy; numpy.save('logits.npy', "
         "scipy.io.loadmat(sys.argv[1])['VARIABLE'])\" '%s'"},
        {"gzip", "\x1f\x8b\x08", no, "this is compressed by gzip",
         "unpack it on the way: gzip -dc '%s' | reassess eval -"},
        {"bzip2", "BZh91AY", no, "this is compressed by bzip2",
         "unpack it on the way: bzip2 -dc '%s' | reassess eval -"},
        {"xz",
         std::string("\xfd"
                     "7zXZ\0",
                     6),
         no, "this is compressed by xz", "unpack it on the way: xz -dc '%s' | reassess eval -"},
        {"zstd", "\x28\xb5\x2f\xfd\x04", no, "this is compressed by zstd",
         "unpack it on the way: zstd -dc '%s' | reassess eval -"},
        {"tar", "logits.npy" + std::string(247, '\0') + "ustar  ", no, "this is a tar archive",
         "unpack it and name a file inside it: tar -xf '%s'"},
        {"numbers_as_text", "0.1,0.2,0.7\n0.3,0.3,0.4\n", no, "this is a text file", text},
        {"json", "{\"logits\": [[1, 2]]}\n", no, "this is a text file", text},
        {"utf8_text", "\xc3\xa9t\xc3\xa9\n", no, "this is a text file", text},
        {"empty", "", RS_FORMAT, "there is nothing in it", "save the model's outputs again"},
        {"bare_numbers", std::string("\0\0\x80\x3f\0\0\0\x40", 8), no, neither,
         "save it with numpy.save; for bare numbers say what they are with --shape and --dtype"},
        {"old_magic_cut_short", std::string("\x93NUMP", 5) + std::string(3, '\1'), no, neither,
         "save it with numpy.save; for bare numbers say what they are with --shape and --dtype"},
    };
}

std::string WithPath(const std::string &advice, const std::string &path)
{
    const size_t at = advice.find("%s");
    return at == std::string::npos ? advice : advice.substr(0, at) + path + advice.substr(at + 2);
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

// An advice is pasted into a shell: a path that would not survive quoting is not put into it.
TEST(ForeignFormat, APathThatCannotBeQuotedIsNotShown)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("it's.gz", "\x1f\x8b\x08");
    const Source source(path);
    EXPECT_STREQ(source.error.advice, "unpack it on the way: gzip -dc 'FILE' | reassess eval -");
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
