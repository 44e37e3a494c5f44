// Indexes of models that are cut into shards: the tensor is read from the file that holds it.
#include "formats/format_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>

extern "C" {
#include "formats/safetensors_index.h"
#include "reassess/heads.h"
}

namespace {

const std::vector<float> kWeight = {0.5f, -1.0f, 2.0f, 3.25f, 4.0f, -5.5f}; // 2 x 3
const std::vector<float> kBias = {1.0f, -2.0f};

std::string Entry(const std::string &name, const std::string &shape, size_t begin, size_t end)
{
    return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[" +
           std::to_string(begin) + "," + std::to_string(end) + "]}";
}

// As transformers writes it: the metadata first, everything indented.
std::string Index(const std::string &map)
{
    return "{\n  \"metadata\": {\n    \"total_size\": 56\n  },\n  \"weight_map\": {" + map +
           "}\n}\n";
}

class ShardIndex : public testing::Test {
  protected:
    void SetUp() override
    {
        folder.write("m-00001-of-00002.safetensors",
                     Safetensors("{" + Entry("body.weight", "2,3", 0, 24) + "," +
                                     Entry("head.bias", "2", 24, 32) + "}",
                                 std::string(24, '\1') + BytesOf(kBias)));
        folder.write("m-00002-of-00002.safetensors",
                     Safetensors("{" + Entry("head.weight", "2,3", 0, 24) + "}",
                                 BytesOf(kWeight)));
        index = folder.write("m.safetensors.index.json",
                             Index("\"body.weight\": \"m-00001-of-00002.safetensors\", "
                                   "\"head.bias\": \"m-00001-of-00002.safetensors\", "
                                   "\"head.weight\": \"m-00002-of-00002.safetensors\""));
    }
    TemporaryFolder folder;
    std::string index;
};

TEST_F(ShardIndex, GivesTheTensorThatIsNamed)
{
    Source source(index, Options().Tensor("head.weight"));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_STREQ(source.info().format, "safetensors");
    EXPECT_EQ(std::string(source.info().path), folder.path("m-00002-of-00002.safetensors"));
    EXPECT_TRUE(source.info().random_access);
    EXPECT_EQ(source.ReadAll(), BytesOf(kWeight));
}

TEST_F(ShardIndex, GivesAHeadOfTwoShards)
{
    rs_head_file *file = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_head_load((index + "#head.weight").c_str(), (index + "#head.bias").c_str(),
                           nullptr, &file, &error),
              RS_OK)
        << error.reason;
    const rs_head *const head = rs_head_get(file);
    EXPECT_EQ(head->classes, 2u);
    EXPECT_EQ(head->features, 3u);
    EXPECT_EQ(std::memcmp(head->weight, kWeight.data(), 24), 0);
    EXPECT_EQ(head->bias[1], -2.0);
    rs_head_free(file);
}

TEST_F(ShardIndex, OfOneShardIsThatFile)
{
    Source source(folder.write("one.json", Index("\"head.weight\": "
                                                 "\"m-00002-of-00002.safetensors\"")));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(), BytesOf(kWeight));
}

TEST_F(ShardIndex, DoesNotGuess)
{
    const Source source(index);
    ExpectFailure(source, index,
                  {RS_USAGE, RS_PLACE_NONE, 0,
                   "several tensors could be meant: body.weight (in m-00001-of-00002.safetensors), "
                   "head.bias (in m-00001-of-00002.safetensors), head.weight (in "
                   "m-00002-of-00002.safetensors)",
                   "say with --tensor NAME which one"});
    const Source other(index, Options().Tensor("logits"));
    ExpectFailure(other, index,
                  {RS_USAGE, RS_PLACE_NONE, 0,
                   "no tensor is called \"logits\"; there are: body.weight (in "
                   "m-00001-of-00002.safetensors), head.bias (in m-00001-of-00002.safetensors), "
                   "head.weight (in m-00002-of-00002.safetensors)",
                   "give --tensor one of these names"});
}

// A result that was made from shards is made again where one of them is another.
TEST_F(ShardIndex, TakesItsShardsIn)
{
    const auto state = [](const std::string &path) {
        struct stat file = {};
        EXPECT_EQ(stat(path.c_str(), &file), 0);
        return file;
    };
    struct stat taken = state(index);
    rs_take_shards_in(index.c_str(), &taken);
    const std::string first = folder.path("m-00001-of-00002.safetensors");
    const std::string second = folder.path("m-00002-of-00002.safetensors");
    EXPECT_EQ(taken.st_size,
              state(index).st_size + state(first).st_size + state(second).st_size);
    const timespec later[2] = {{2000000000, 0}, {2000000000, 7}};
    ASSERT_EQ(utimensat(AT_FDCWD, second.c_str(), later, 0), 0);
    taken = state(index);
    rs_take_shards_in(index.c_str(), &taken);
    EXPECT_EQ(taken.st_mtim.tv_nsec, 7);
    struct stat other = state(first);
    rs_take_shards_in(first.c_str(), &other);
    EXPECT_EQ(other.st_size, state(first).st_size);
}

// A stranger's index leads to no other folder, to no other kind of file, and not to itself.
TEST_F(ShardIndex, LeadsToShardsBesideItAlone)
{
    for (const char *shard : {"\"/etc/passwd\"", "\"../a.safetensors\"", "\"\"", "\"..\"", "\"-\"",
                              "3"}) {
        const std::string path =
            folder.write("bad.json", Index("\"x\": " + std::string(shard)));
        const Source source(path);
        ExpectFailure(source, path,
                      {RS_FORMAT, RS_PLACE_NONE, 0,
                       "tensor \"x\": its file is not named as one beside the index",
                       "copy the index again"});
    }
    for (const char *shard : {"self.json", "text"}) {
        folder.write("text", "hello");
        const Source source(
            folder.write("self.json", Index("\"x\": \"" + std::string(shard) + "\"")));
        ExpectFailure(source, folder.path(shard),
                      {RS_FORMAT, RS_PLACE_BYTE, 0,
                       "the index names it, and it is no .safetensors file",
                       "copy the shards again"});
    }
    const std::string pipe = folder.path("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const Source waits(folder.write("pipe.json", Index("\"x\": \"pipe\"")));
    ExpectFailure(waits, pipe,
                  {RS_UNSUPPORTED, RS_PLACE_NONE, 0,
                   "the index names it, and it is no file but a pipe or a device",
                   "copy the shards again"});
    const Source gone(folder.write("gone.json", Index("\"x\": \"none.safetensors\"")));
    EXPECT_EQ(gone.status, RS_IO);
    EXPECT_EQ(std::string(gone.error.file), folder.path("none.safetensors"));
}

TEST_F(ShardIndex, OfAnotherFormIsRefused)
{
    for (const char *text : {"{\"weight_map\": []}", "{\"weight_map\": {}}",
                             "{\"a\": \"weight_map\", \"b\": \"\\\"weight_map\\\"\"}"}) {
        const Source source(folder.write("bad.json", text));
        ExpectFailure(source, folder.path("bad.json"),
                      {RS_FORMAT, RS_PLACE_NONE, 0,
                       "\"weight_map\" is no object of tensors and the files they are in",
                       "copy the index again"});
    }
    // A hundred bytes of memory for each "0,": too many values are not even parsed.
    for (const size_t commas : {131072, 131073}) {
        std::string many = R"({"weight_map": {"x": "m-00002-of-00002.safetensors"}, "list": [)";
        for (size_t i = 1; i < commas; ++i) {
            many += "0,";
        }
        const Source source(folder.write("many.json", many + "0]}"));
        EXPECT_EQ(source.status, commas == 131072 ? RS_OK : RS_RANGE) << source.Message();
    }
    const std::string cut = ReadFile(index);
    for (size_t size = 60; size + 3 < cut.size(); size += 7) {
        const Source source(folder.write("cut.json", cut.substr(0, size)));
        EXPECT_NE(source.status, RS_OK) << size;
    }
    const StandardInput input(cut);
    const Source stream("-", Options().Tensor("head.weight"));
    EXPECT_EQ(stream.status, RS_UNSUPPORTED);
    EXPECT_STREQ(stream.error.advice, "give the path of the index");
}

} // namespace
