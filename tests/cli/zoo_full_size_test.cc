// The zoo at full size: logits of 50,000 images and 1,000 classes with the ranking of real models,
// in every floating type. Sound ones stay without a word; each corruption gets the words and the
// exit status that are its own.
#include <filesystem>
#include <functional>

#include "cli/zoo_models.h"
#include "support/tier.h"

namespace {

using zoo::Rows;

struct Dtype {
    const char *name;
    size_t bytes;
    uint64_t one, infinity, not_a_number;
    uint64_t coarse; // sign and exponent alone
};

const Dtype dtypes[] = {
    {"f32", 4, 0x3f800000, 0x7f800000, 0x7fc00000, 0xff800000},
    {"f16", 2, 0x3c00, 0x7c00, 0x7e00, 0xfc00},
    {"bf16", 2, 0x3f80, 0x7f80, 0x7fc0, 0xff80},
    {"f64", 8, 0x3ff0000000000000, 0x7ff0000000000000, 0x7ff8000000000000, 0xfff0000000000000},
};

// What became of a file, and what must be said of it.
struct Corruption {
    std::string name;
    std::function<void(std::string &file)> change; // all of it, header and rows
    std::string words;
    int exit_status = 0;
    std::vector<std::string> options;
};

class ZooFullSize : public zoo::Zoo {
  protected:
    void SetUp() override
    {
        if (!rs_test::LongTier()) {
            GTEST_SKIP() << "REASSESS_LONG is not set: some 150 files of 100 to 400 MB";
        }
        RS_SKIP_IF_SANITIZED("hundreds of megabytes per file: run by the optimised build only");
        RS_NEED_DATA();
        labels = ReadRealLabels();
        by_file.resize(zoo::images);
        std::iota(by_file.begin(), by_file.end(), 0);
        row_of.resize(zoo::images);
        for (size_t row = 0; row < labels.imagefolder.size(); ++row) {
            row_of[static_cast<size_t>(labels.imagefolder[row])] = static_cast<int>(row);
        }
        dtype = *std::find_if(std::begin(dtypes), std::end(dtypes),
                              [](const Dtype &one) { return one.name == GetParam(); });
    }

    // Rows are in ImageFolder order, as the published predictions are.
    std::string Make(const std::string &model)
    {
        const std::string path = folder.path("model.npy");
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "synth", "logits", "--quiet", "--from-predictions",
                        PredictionsPath(model), "--pred-scores", ProbabilitiesPath(model),
                        "--shape",
                        "0,1000", "--dtype", dtype.name, "-o", path});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return path;
    }
    ProgramResult Eval(const std::string &path, const std::vector<std::string> &more)
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "--quiet"};
        const std::vector<std::string> of_labels = RealLabelOptions();
        command.insert(command.end(), of_labels.begin(), of_labels.end());
        command.insert(command.end(), more.begin(), more.end());
        if (std::string(dtype.name) == "bf16" &&
            std::find(more.begin(), more.end(), "--dtype") == more.end()) {
            command.insert(command.end(), {"--dtype", "bf16"});
        }
        command.push_back(path);
        return RunProgram(command);
    }

    // ---- changes ----

    size_t RowBytes() const { return zoo::classes * dtype.bytes; }
    size_t Header(const std::string &file) const { return file.size() - zoo::images * RowBytes(); }

    // Images in another order of the rows.
    std::function<void(std::string &)> Ordered(const Rows &order) const
    {
        return [this, order](std::string &file) {
            const std::string before = file;
            const size_t header = Header(file);
            for (size_t row = 0; row < order.size(); ++row) {
                const auto from = static_cast<size_t>(row_of[static_cast<size_t>(order[row])]);
                std::memcpy(&file[header + row * RowBytes()], &before[header + from * RowBytes()],
                            RowBytes());
            }
        };
    }
    // Column j holds class class_of[j].
    std::function<void(std::string &)> Columns(const Rows &class_of) const
    {
        return [this, class_of](std::string &file) {
            std::string row(RowBytes(), '\0');
            for (size_t at = Header(file); at < file.size(); at += RowBytes()) {
                for (size_t j = 0; j < class_of.size(); ++j) {
                    std::memcpy(&row[j * dtype.bytes],
                                &file[at + static_cast<size_t>(class_of[j]) * dtype.bytes],
                                dtype.bytes);
                }
                std::memcpy(&file[at], row.data(), row.size());
            }
        };
    }
    static std::function<void(std::string &)> Both(const std::function<void(std::string &)> &one,
                                                   const std::function<void(std::string &)> &other)
    {
        return [one, other](std::string &file) {
            one(file);
            other(file);
        };
    }
    void Put(std::string &file, size_t row, size_t column, uint64_t bits) const
    {
        std::memcpy(&file[Header(file) + row * RowBytes() + column * dtype.bytes], &bits,
                    dtype.bytes); // little-endian, as every machine of ours
    }
    // Every `step`-th row from `begin` on.
    std::function<void(std::string &)> Cleared(size_t begin, size_t step) const
    {
        return [this, begin, step](std::string &file) {
            for (size_t row = begin; row < zoo::images; row += step) {
                std::memset(&file[Header(file) + row * RowBytes()], 0, RowBytes());
            }
        };
    }
    // A text of the header in place of another that is as long.
    static std::function<void(std::string &)> Headed(const std::string &was, const std::string &is)
    {
        return [was, is](std::string &file) {
            const size_t at = file.find(was);
            ASSERT_LT(at, 128u) << was;
            ASSERT_EQ(was.size(), is.size());
            file.replace(at, was.size(), is);
        };
    }

    std::vector<Corruption> Orders() const;
    std::vector<Corruption> Values() const;
    std::vector<Corruption> Forms() const;

    Dtype dtype = {};
    Rows row_of; // of each image, in ImageFolder order
};

std::vector<Corruption> ZooFullSize::Orders() const
{
    std::vector<Corruption> made;
    for (const bool by_folder : {false, true}) {
        for (const zoo::DealtCase &one : zoo::dealt_cases) {
            const std::string advice =
                by_folder ? ": use --deal " : ": leave --order out and use --deal ";
            made.push_back({std::string(by_folder ? "folders" : "files") + " dealt " + one.said,
                            Ordered(zoo::Dealt(by_folder ? labels.imagefolder : by_file, one.ranks,
                                               one.batch, one.kind)),
                            advice + one.said, 0, {}});
        }
    }
    const Rows text = zoo::SortedAsTexts();
    Rows one_up(zoo::classes), mixed;
    for (int c = 0; c < zoo::classes; ++c) {
        one_up[static_cast<size_t>(c)] = (c + zoo::classes - 1) % zoo::classes;
        for (const int i : zoo::Shuffled(50, static_cast<unsigned>(c))) {
            mixed.push_back(labels.imagefolder[static_cast<size_t>(50 * c + i)]);
        }
    }
    const auto files = Ordered(by_file);
    const auto text_folders = Ordered(Folders(text));
    const auto any = Columns(zoo::Shuffled(zoo::classes, 5));
    Rows halves = labels.imagefolder, twice = labels.imagefolder, tail = labels.imagefolder;
    Rows third = labels.imagefolder;
    std::rotate(halves.begin(), halves.begin() + zoo::images / 2, halves.end());
    std::copy(labels.imagefolder.begin() + 20000, labels.imagefolder.end() - 256,
              twice.begin() + 20256);
    const Rows random = zoo::Shuffled(zoo::images, 8);
    std::shuffle(tail.begin() + 40000, tail.end(), std::mt19937(2));
    for (size_t i = 1; i < third.size(); i += 3) {
        third[i] = random[i];
    }
    const std::vector<Corruption> others = {
        {"halves", Ordered(halves), "pieces that are not in their places: row 0 is of", 0, {}},
        {"a batch twice", Ordered(twice), "pieces that are not in their places: row 202", 0, {}},
        {"the end shuffled", Ordered(tail), ", as guesses are, and the others in ", 0, {}},
        {"a third of others", Ordered(third), "rows 1, 4, 7, ... are right in 0.", 0, {}},
        {"files", files, "rows look like file-name order;", 0, {}},
        {"folders said to be files", [](std::string &) {}, "rows look like ImageFolder order;", 0,
         {"--order", "file"}},
        {"text folders", text_folders, "ImageFolder order of folders named 0, 1, 10, 100", 0, {}},
        {"text columns", Columns(text), "columns look like classes sorted as texts", 0, {}},
        {"files, text columns", Both(files, Columns(text)),
         "rows look like file-name order and columns look like classes sorted as texts", 0, {}},
        {"text both", Both(text_folders, Columns(text)),
         "folders named 0, 1, 10, 100, ... and columns look like classes sorted as texts", 0, {}},
        {"shifted", Columns(one_up), "columns look shifted by one class", 0, {}},
        {"files, shifted", Both(files, Columns(one_up)),
         "rows look like file-name order and columns look shifted by one class", 0, {}},
        {"any columns", any, "chance: columns look like another class order", 0, {}},
        {"files, any columns", Both(files, any),
         "rows look like file-name order and columns look like another class order", 0, {}},
        {"read as listed", Ordered(Folders(zoo::Shuffled(zoo::classes, 6))),
         "rows look like class folders that were read in an order of their own", 0, {}},
        {"shuffled", Ordered(zoo::Shuffled(zoo::images, 7)), "is near chance", 0, {}},
        {"mixed inside classes", Ordered(mixed),
         "is hardly above or below that by the original labels", 0, {}},
        {"not dealt out as said", [](std::string &) {}, "leave --deal out", 0,
         {"--order", "imagefolder", "--deal", "8:8"}},
    };
    made.insert(made.end(), others.begin(), others.end());
    return made;
}

std::vector<Corruption> ZooFullSize::Values() const
{
    const auto put_all = [this](size_t step, uint64_t bits) {
        return [this, step, bits](std::string &file) {
            for (size_t row = 0; row < zoo::images; row += step) {
                Put(file, row, row % zoo::classes, bits);
            }
        };
    };
    const auto labelled = [this](std::string &file) {
        Cleared(0, 1)(file);
        for (size_t row = 0; row < zoo::images; ++row) {
            const auto image = static_cast<size_t>(labels.imagefolder[row]);
            Put(file, row, static_cast<size_t>(labels.original[image]), dtype.one);
        }
    };
    const auto coarse = [this](std::string &file) {
        for (size_t at = Header(file); at < file.size(); at += dtype.bytes) {
            uint64_t bits = 0;
            std::memcpy(&bits, &file[at], dtype.bytes);
            bits &= dtype.coarse;
            std::memcpy(&file[at], &bits, dtype.bytes);
        }
    };
    return {
        {"half written", Cleared(25000, 1), "25000 of 50000 rows hold the same value in every", 0,
         {}},
        {"a rank that wrote nothing", Cleared(3, 8), "6250 of 50000 rows hold the same value", 0,
         {}},
        {"one row unwritten", Cleared(49999, 1), "1 of 50000 rows hold the same value", 0, {}},
        {"nothing written", Cleared(0, 1), "50000 of 50000 rows hold the same value", 0, {}},
        {"overflow", put_all(5, dtype.infinity), "10000 of 50000 rows have +inf", 0, {}},
        {"few overflow", put_all(10000, dtype.infinity), "5 of 50000 rows have +inf", 0, {}},
        {"not numbers", put_all(500, dtype.not_a_number), "100 of 50000 rows are invalid", 0, {}},
        {"not numbers, strict", put_all(500, dtype.not_a_number), "100 of 50000 rows are invalid",
         1, {"--order", "imagefolder", "--strict"}},
        {"rounded", coarse, "values were rounded too far", 0, {}},
        {"labels", labelled, "every first prediction is the original label", 0, {}},
        {"logits as probabilities", [](std::string &) {}, "probab", 1,
         {"--order", "imagefolder", "--calibration", "--values", "probs"}},
    };
}

std::vector<Corruption> ZooFullSize::Forms() const
{
    const size_t row = RowBytes();
    const std::string other = std::string(dtype.name) == "f32" ? "f16" : "f32";
    const auto nothing = [](std::string &) {};
    return {
        {"a row less",
         Both(Headed("(50000, 1000)", "(49999, 1000)"),
              [row](std::string &file) { file.resize(file.size() - row); }),
         "49999 rows, but the labels have 50000", 1, {}},
        {"a row more",
         Both(Headed("(50000, 1000)", "(50001, 1000)"),
              [row](std::string &file) { file.append(row, '\0'); }),
         "50001 rows, but the labels have 50000", 1, {}},
        {"cut short", [](std::string &file) { file.resize(file.size() - 1); },
         "the file is truncated", 1, {}},
        {"appended to", [](std::string &file) { file += '\0'; }, "more bytes follow", 1, {}},
        {"transposed", Headed("(50000, 1000)", "(1000, 50000)"), "the file looks transposed", 1,
         {}},
        {"columns of another count", Headed("(50000, 1000)", "(100000, 500)"),
         "500 columns, but the labels have 1000", 1, {}},
        {"three dimensions", Headed("(50000, 1000), ", "(1,50000,1000),"),
         "3 dimensions (1 x 50000 x 1000), two are needed; put it in rows", 1, {}},
        {"one dimension", Headed("(50000, 1000)", "(50000000,  )"), "", 1, {}},
        {"column after column", Headed("False", "True "), "is near chance", 0, {}},
        {"of another dtype", nothing, "not " + other, 1,
         {"--order", "imagefolder", "--dtype", other}},
        {"part of itself", nothing, "100000 rows, but the labels have 50000", 1,
         {"--order", "imagefolder", "--parts", folder.path("changed.npy")}},
    };
}

TEST_P(ZooFullSize, sound_models_are_left_alone)
{
    for (const std::string &model : RealModels()) {
        const std::string path = Make(model);
        const ProgramResult result = Eval(path, {"--order", "imagefolder"});
        EXPECT_EQ(result.exit_status, 0) << model;
        EXPECT_EQ(result.err, "") << model;
        std::filesystem::remove(path);
    }
}

TEST_P(ZooFullSize, corruptions_are_named)
{
    const std::string sound = Make("resnet50");
    const std::string file = ReadFile(sound);
    std::filesystem::remove(sound);
    int count = 0;
    for (const auto &table : {Orders(), Values(), Forms()}) {
        for (const Corruption &one : table) {
            std::string changed = file;
            one.change(changed);
            const std::string path = folder.write("changed.npy", changed);
            const ProgramResult result = Eval(
                path, one.options.empty() ? std::vector<std::string>{"--order", "imagefolder"}
                                          : one.options);
            EXPECT_EQ(result.exit_status, one.exit_status) << one.name << "\n" << result.err;
            EXPECT_NE(result.err.find(one.words), std::string::npos)
                << one.name << ": " << one.words << "\n" << result.err;
            EXPECT_NE(result.err, "") << one.name;
            ++count;
        }
    }
    RecordProperty("corruptions", count);
    EXPECT_GE(count, 60);
}

INSTANTIATE_TEST_SUITE_P(Dtypes, ZooFullSize, testing::Values("f32", "f16", "bf16", "f64"),
                         [](const auto &of) { return of.param; });

} // namespace
