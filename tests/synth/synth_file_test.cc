// Made-up logits as files: every format and type reads back as the rows that were made.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/stat.h>

#include "synth_row.h"

extern "C" {
#include "formats/write.h"
#include "reassess/logits.h"
#include "synth/synth_file.h"
#include "synth/synth_logits.h"
#include "synth/synth_predictions.h"
}

namespace {

class SynthFile : public testing::Test {
  protected:
    void SetUp() override
    {
        char folder[] = "/tmp/reassess_synth_XXXXXX";
        ASSERT_NE(mkdtemp(folder), nullptr);
        folder_ = folder;
    }
    void TearDown() override
    {
        ASSERT_EQ(std::system(("rm -r " + folder_).c_str()), 0);
    }

    std::string path(const std::string &name) const
    {
        return folder_ + "/" + name;
    }
    bool exists(const std::string &name) const
    {
        struct stat info = {};
        return stat(path(name).c_str(), &info) == 0;
    }

    // Writes an array of rows x columns.
    template <typename T>
    std::string write(const std::string &name, rs_dtype dtype, uint64_t rows, uint64_t columns,
                      const std::vector<T> &values) const
    {
        const rs_array_spec spec = {"x", dtype, rows, columns};
        rs_array_writer *writer = nullptr;
        EXPECT_EQ(rs_array_writer_create(path(name).c_str(), RS_WRITE_NPY, &spec, &writer, nullptr),
                  RS_OK);
        EXPECT_EQ(rs_array_writer_put(writer, values.data(), rows, nullptr), RS_OK);
        EXPECT_EQ(rs_array_writer_commit(writer, nullptr), RS_OK);
        return path(name);
    }

    // All rows of a file.
    std::vector<uint8_t> read(const std::string &name, rs_dtype dtype, uint64_t columns) const
    {
        rs_source_options options = {};
        options.dtype = name.find(".raw") != std::string::npos || dtype == RS_DTYPE_BF16
                            ? dtype
                            : RS_DTYPE_NONE;
        options.raw_columns = name.find(".raw") != std::string::npos ? columns : 0;
        rs_source *source = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_source_open(path(name).c_str(), &options, &source, &error), RS_OK)
            << name << ": " << error.reason;
        if (source == nullptr) {
            return {};
        }
        const rs_source_info *info = rs_source_get_info(source);
        EXPECT_EQ(info->dtype, dtype);
        EXPECT_EQ(info->columns, columns);
        std::vector<uint8_t> data(info->rows * info->row_bytes);
        uint64_t rows = 0;
        EXPECT_EQ(rs_source_read(source, 0, info->rows, data.data(), &rows, &error), RS_OK);
        EXPECT_EQ(rows, info->rows);
        rs_source_close(source);
        return data;
    }

    std::string folder_;
};

struct Form {
    const char *end;
    rs_write_format format;
};
const Form kForms[] = {{"npy", RS_WRITE_NPY},
                       {"npz", RS_WRITE_NPZ},
                       {"safetensors", RS_WRITE_SAFETENSORS},
                       {"raw", RS_WRITE_RAW}};

} // namespace

TEST_F(SynthFile, EveryFormatAndTypeReadsBack)
{
    rs_synth_logits_options options = {};
    options.rows = 3001; // several blocks of rows, the last one short
    options.columns = 701;
    options.seed = 5;
    rs_synth_logits *plan = nullptr;
    ASSERT_EQ(rs_synth_logits_create(&options, &plan, nullptr), RS_OK);
    for (const Form &form : kForms) {
        for (const rs_dtype dtype : kFloats) {
            const std::string name = std::string("logits_") + rs_dtype_name(dtype) + "." + form.end;
            const std::string target = path(name);
            const rs_synth_target_file file = {target.c_str(), form.format, dtype};
            EXPECT_EQ(rs_write_format_of_path(target.c_str()), form.format);
            rs_error error = {};
            ASSERT_EQ(rs_synth_logits_write(plan, nullptr, &file, nullptr, &error), RS_OK)
                << error.reason;
            std::vector<uint8_t> rows(3001u * 701u * rs_dtype_bytes(dtype));
            rs_synth_logits_rows(plan, 0, 3001, dtype, rows.data());
            EXPECT_TRUE(read(name, dtype, 701) == rows) << name;
        }
    }
    rs_synth_logits_free(plan);
}

TEST_F(SynthFile, PredictionsBecomeLogits)
{
    std::vector<int64_t> classes;
    std::vector<float> scores;
    for (int64_t i = 0; i < 2500; ++i) {
        for (int64_t k = 0; k < 3; ++k) {
            classes.push_back((i * 7 + k * 31) % 300);
            scores.push_back(static_cast<float>((i + k) % 3 + 1) / 10.0F);
        }
    }
    const std::string class_path = write("classes.npy", RS_DTYPE_I64, 2500, 3, classes);
    const std::string score_path = write("scores.npy", RS_DTYPE_F32, 2500, 3, scores);
    const rs_synth_given given = {
        class_path.c_str(), score_path.c_str(), nullptr, nullptr, 300, 9, {}};
    for (const Form &form : kForms) {
        const std::string name = std::string("full.") + form.end;
        const std::string target = path(name);
        const rs_synth_target_file file = {target.c_str(), form.format, RS_DTYPE_F16};
        uint64_t rows = 0;
        rs_error error = {};
        ASSERT_EQ(rs_synth_given_write(&given, &file, nullptr, &rows, &error), RS_OK)
            << error.reason;
        EXPECT_EQ(rows, 2500u);
        const std::vector<uint8_t> data = read(name, RS_DTYPE_F16, 300);
        for (uint64_t i = 0; i < 2500; ++i) {
            const std::vector<int32_t> order = ranking(row_values(RS_DTYPE_F16, data, i, 300));
            std::vector<std::pair<float, int64_t>> best;
            for (uint64_t k = 0; k < 3; ++k) {
                best.emplace_back(-scores[i * 3 + k], classes[i * 3 + k]);
            }
            std::sort(best.begin(), best.end());
            for (uint64_t k = 0; k < 3; ++k) {
                ASSERT_EQ(order[k], best[k].second) << "row " << i;
            }
        }
    }
}

TEST_F(SynthFile, RefusesFilesThatDoNotBelongTogether)
{
    const std::string classes =
        write("c.npy", RS_DTYPE_I32, 2, 2, std::vector<int32_t>{1, 2, 3, 4});
    const std::string probabilities =
        write("p.npy", RS_DTYPE_F32, 2, 2, std::vector<float>{0.5F, 0.1F, 0.6F, 0.2F});
    const std::string longer =
        write("l.npy", RS_DTYPE_F32, 3, 2, std::vector<float>{0.5F, 0.1F, 0.6F, 0.2F, 0.1F, 0.1F});
    const std::string logits =
        write("x.npy", RS_DTYPE_F32, 2, 2, std::vector<float>{9.5F, 0.1F, 0.6F, 0.2F});
    const std::string target = path("out.npy");
    const struct {
        std::string classes;
        std::string scores;
        uint32_t columns;
        rs_dtype dtype;
        rs_status status;
        const char *reason;
        std::string file;
    } cases[] = {
        {probabilities, probabilities, 10, RS_DTYPE_F32, RS_MISMATCH,
         "it holds <f4, not predictions", probabilities},
        {classes, classes, 10, RS_DTYPE_F32, RS_MISMATCH,
         "it holds integers, not the probabilities of the predictions", classes},
        {classes, longer, 10, RS_DTYPE_F32, RS_MISMATCH,
         "3 x 2 probabilities for 2 x 2 predictions", longer},
        {classes, logits, 10, RS_DTYPE_F32, RS_RANGE, "the score 9.5 of class 1 is no probability",
         classes},
        {classes, probabilities, 4, RS_DTYPE_F32, RS_RANGE, "class 4 is none of the columns 0 to 3",
         classes},
        {classes, probabilities, 0, RS_DTYPE_F32, RS_RANGE, "cannot make logits of 0 columns", ""},
        {classes, probabilities, 10, RS_DTYPE_I32, RS_RANGE, "logits cannot be of type i32",
         target},
        {path("none.npy"), probabilities, 10, RS_DTYPE_F32, RS_IO, "no such file",
         path("none.npy")},
    };
    for (const auto &c : cases) {
        const rs_synth_given given = {c.classes.c_str(), c.scores.c_str(), nullptr,
                                      nullptr,           c.columns,        1,
                                      {}};
        const rs_synth_target_file file = {target.c_str(), RS_WRITE_NPY, c.dtype};
        rs_error error = {};
        EXPECT_EQ(rs_synth_given_write(&given, &file, nullptr, nullptr, &error), c.status);
        EXPECT_STREQ(error.reason, c.reason);
        EXPECT_EQ(std::string(error.file), c.file);
        EXPECT_FALSE(exists("out.npy"));
    }
}

TEST_F(SynthFile, ASignalLeavesNothing)
{
    rs_synth_logits_options options = {};
    options.rows = 10;
    options.columns = 10;
    rs_synth_logits *plan = nullptr;
    ASSERT_EQ(rs_synth_logits_create(&options, &plan, nullptr), RS_OK);
    const volatile sig_atomic_t stop = 1;
    const rs_watch watch = {nullptr, nullptr, &stop};
    const std::string target = path("out.npy");
    const rs_synth_target_file file = {target.c_str(), RS_WRITE_NPY, RS_DTYPE_F32};
    EXPECT_EQ(rs_synth_logits_write(plan, nullptr, &file, &watch, nullptr), RS_INTERRUPTED);
    EXPECT_FALSE(exists("out.npy"));
    rs_synth_logits_free(plan);
}

TEST(SynthFormat, NamesAndEnds)
{
    EXPECT_EQ(rs_write_format_of_path("a.npz"), RS_WRITE_NPZ);
    EXPECT_EQ(rs_write_format_of_path("a.bin"), RS_WRITE_RAW);
    EXPECT_EQ(rs_write_format_of_path("a.npz/b"), RS_WRITE_NPY);
    EXPECT_EQ(rs_write_format_of_path("-"), RS_WRITE_NPY);
}
