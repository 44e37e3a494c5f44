// Passes over members of an .npz: counts of the rows, and none where the checksum is wrong.
#include "formats/zip_files.h"

#include "formats/format_bytes.h"

#include <random>

extern "C" {
#include "reassess/reassess.h"
}

namespace {

constexpr uint64_t kRows = 5001;
constexpr uint32_t kColumns = 131; // three blocks of the engine, rows that end inside words

struct Exam {
    std::vector<float> logits = std::vector<float>(kRows * kColumns);
    rs_labels *labels = nullptr;
    Exam()
    {
        std::mt19937 random(3);
        std::vector<int32_t> original(kRows);
        for (float &value : logits) {
            value = static_cast<float>(random()) / 65536.0f;
        }
        for (int32_t &label : original) {
            label = static_cast<int32_t>(random() % kColumns);
        }
        EXPECT_EQ(rs_labels_create(kRows, kColumns, original.data(), nullptr, nullptr, &labels,
                                   nullptr),
                  RS_OK);
    }
    ~Exam()
    {
        rs_labels_free(labels);
    }
    Exam(const Exam &) = delete;
    Exam &operator=(const Exam &) = delete;

    std::string Member() const
    {
        return Npy("<f4", std::to_string(kRows) + ", " + std::to_string(kColumns), BytesOf(logits));
    }
};

rs_status Score(const Exam &exam, rs_source *source, unsigned threads, const rs_row_range *range,
                rs_tally **tally, rs_error *error)
{
    rs_evaluator_options options = {};
    options.threads = threads;
    options.calibration = true;
    rs_evaluator *evaluator = nullptr;
    EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    const rs_status status = rs_evaluator_score(evaluator, exam.labels, source, range, nullptr,
                                                nullptr, tally, error);
    rs_evaluator_free(evaluator);
    return status;
}

struct Tally {
    rs_tally *tally = nullptr;
    ~Tally()
    {
        rs_tally_free(tally);
    }
};

TEST(NpzPass, CountsAreThoseOfTheSameRowsInMemory)
{
    const Exam exam;
    const TemporaryFolder folder;
    Tally wanted;
    rs_source *memory = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_source_open_memory(exam.logits.data(), RS_DTYPE_F32, kRows, kColumns,
                                    kColumns * sizeof(float), &memory, nullptr),
              RS_OK);
    ASSERT_EQ(Score(exam, memory, 1, nullptr, &wanted.tally, &error), RS_OK);
    rs_source_close(memory);
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        WriteZip(folder.path("a.npz"), {{"x.npy", exam.Member(), method}});
        for (const rs_io io : {RS_IO_AUTO, RS_IO_MMAP, RS_IO_PREAD}) {
            for (const unsigned threads : {1u, 3u}) {
                const Source source(folder.path("a.npz"), Options().Io(io));
                ASSERT_EQ(source.status, RS_OK) << source.Message();
                Tally found;
                ASSERT_EQ(Score(exam, source.get(), threads, nullptr, &found.tally, &error), RS_OK)
                    << error.reason;
                EXPECT_TRUE(rs_tally_equal(found.tally, wanted.tally)) << method << io << threads;
            }
        }
    }
}

TEST(NpzPass, AMappedMemberIsScoredAgainAndInParts)
{
    const Exam exam;
    const TemporaryFolder folder;
    rs_error error = {};
    WriteZip(folder.path("a.npz"), {{"x.npy", exam.Member()}});
    const Source source(folder.path("a.npz"), Options().Io(RS_IO_MMAP));
    ASSERT_EQ(source.status, RS_OK);
    EXPECT_TRUE(source.info().random_access);
    Tally whole;
    Tally again;
    Tally first;
    Tally second;
    ASSERT_EQ(Score(exam, source.get(), 2, nullptr, &whole.tally, &error), RS_OK);
    ASSERT_EQ(Score(exam, source.get(), 2, nullptr, &again.tally, &error), RS_OK);
    EXPECT_TRUE(rs_tally_equal(whole.tally, again.tally));
    const rs_row_range ranges[] = {{0, 4000}, {4000, kRows}};
    const Source parts(folder.path("a.npz"));
    ASSERT_EQ(Score(exam, parts.get(), 2, &ranges[0], &first.tally, &error), RS_OK);
    ASSERT_EQ(Score(exam, parts.get(), 2, &ranges[1], &second.tally, &error), RS_OK);
    ASSERT_EQ(rs_tally_add(first.tally, second.tally, &error), RS_OK) << error.reason;
    EXPECT_TRUE(rs_tally_equal(first.tally, whole.tally));
}

// A bit of the first row, inside, of the last row: no counts, whoever sums up.
TEST(NpzPass, AWrongChecksumLeavesNoCounts)
{
    const Exam exam;
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"x.npy", exam.Member()}});
    const std::string good = ReadFile(path);
    const size_t elements =
        good.find("\x93NUMPY") + exam.Member().size() - exam.logits.size() * sizeof(float);
    const size_t end = good.find("PK\1\2");
    const rs_row_range part = {10, 20};
    for (const size_t at : {elements, elements + (1 << 20), end - 4}) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        folder.write("a.npz", bad);
        for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
            for (const unsigned threads : {1u, 3u}) {
                const Source source(path, Options().Io(io));
                ASSERT_EQ(source.status, RS_OK) << source.Message();
                Tally found;
                rs_error error = {};
                EXPECT_EQ(Score(exam, source.get(), threads, nullptr, &found.tally, &error),
                          RS_FORMAT);
                EXPECT_EQ(found.tally, nullptr);
                EXPECT_EQ(std::string(error.file), path + ": x.npy");
                EXPECT_STREQ(error.reason, "the checksum of its bytes is wrong");
                std::vector<float> row(kColumns);
                uint64_t got = 0;
                EXPECT_EQ(rs_source_read(source.get(), 0, 1, row.data(), &got, &error), RS_FORMAT);
                EXPECT_EQ(got, 0u);
            }
        }
        const Source mapped(path, Options().Io(RS_IO_MMAP));
        ASSERT_EQ(mapped.status, RS_OK);
        Tally found;
        rs_error error = {};
        EXPECT_EQ(Score(exam, mapped.get(), 2, &part, &found.tally, &error), RS_FORMAT);
        EXPECT_STREQ(error.reason, "the checksum of its bytes is wrong");
        uint64_t rows = 0;
        uint64_t stride = 0;
        EXPECT_EQ(rs_source_view(mapped.get(), 0, &rows, &stride), nullptr);
    }
}

// Members are unpacked and summed up by several threads, each beginning with another one.
TEST(NpzPass, EnsemblesOfMembersInEveryForm)
{
    const Exam exam;
    const TemporaryFolder folder;
    rs_error error = {};
    Tally wanted;
    for (const bool damaged : {false, true}) {
        for (const unsigned threads : {1u, 3u}) {
            rs_source *members[3] = {};
            folder.write("a.npy", exam.Member());
            WriteZip(folder.path("s.npz"), {{"x.npy", exam.Member()}});
            WriteZip(folder.path("d.npz"), {{"x.npy", exam.Member(), ZIP_CM_DEFLATE}});
            if (damaged) {
                std::string bytes = ReadFile(folder.path("d.npz"));
                bytes[bytes.size() / 2] ^= 1;
                folder.write("d.npz", bytes);
            }
            const char *const names[] = {"a.npy", "s.npz", "d.npz"};
            for (int m = 0; m < 3; ++m) {
                ASSERT_EQ(
                    rs_source_open(folder.path(names[m]).c_str(), nullptr, &members[m], &error),
                    RS_OK)
                    << error.reason;
            }
            rs_source *average = nullptr;
            ASSERT_EQ(rs_source_open_ensemble(members, 3, nullptr, &average, &error), RS_OK);
            Tally found;
            const rs_status status =
                Score(exam, average, threads, nullptr, &found.tally, &error);
            rs_source_close(average);
            if (damaged) {
                EXPECT_EQ(status, RS_FORMAT);
                EXPECT_EQ(found.tally, nullptr);
                EXPECT_EQ(std::string(error.file), folder.path("d.npz") + ": x.npy");
                continue;
            }
            ASSERT_EQ(status, RS_OK) << error.reason;
            if (wanted.tally == nullptr) { // the average of three times the same is the same
                rs_source *one = nullptr;
                ASSERT_EQ(rs_source_open(folder.path("a.npy").c_str(), nullptr, &one, &error),
                          RS_OK);
                ASSERT_EQ(Score(exam, one, 1, nullptr, &wanted.tally, &error), RS_OK);
                rs_source_close(one);
            }
            EXPECT_TRUE(rs_tally_equal(found.tally, wanted.tally));
        }
    }
}

// What the archive says the sum is may be wrong too, here of deflated bytes, which libdeflate
// unpacks.
TEST(NpzPass, AWrongSumInTheDirectoryIsFound)
{
    const Exam exam;
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
        WriteZip(path, {{"x.npy", exam.Member(), method}});
        std::string bad = ReadFile(path);
        bad[bad.rfind("PK\1\2") + 16] ^= 1;
        const size_t local = bad.find("PK\3\4");
        bad[local + 14] ^= 1;
        folder.write("a.npz", bad);
        for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
            const Source source(path, Options().Io(io));
            ASSERT_EQ(source.status, RS_OK) << source.Message();
            Tally found;
            rs_error error = {};
            EXPECT_EQ(Score(exam, source.get(), 2, nullptr, &found.tally, &error), RS_FORMAT);
            EXPECT_EQ(found.tally, nullptr);
            EXPECT_STREQ(error.reason, "the checksum of its bytes is wrong");
        }
    }
}

} // namespace
