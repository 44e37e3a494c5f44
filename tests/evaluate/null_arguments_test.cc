// One rule for NULL, held for every function of the public headers (reassess/status.h): what may be
// left out may, what frees takes it, a status names the argument, anything else answers with
// nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/paths.h"
#include "support/program.h"

extern "C" {
#include "reassess/reassess.h"
}

namespace {

// Two images of two classes and a model of them, for what the other arguments are.
struct Task {
    Task()
    {
        static const int32_t original[] = {0, 1};
        EXPECT_EQ(rs_labels_create(2, 2, original, nullptr, nullptr, &labels, nullptr), RS_OK);
        EXPECT_EQ(rs_source_open_memory(values, RS_DTYPE_F32, 2, 2, 8, &source, nullptr), RS_OK);
        EXPECT_EQ(rs_evaluator_create(nullptr, &evaluator, nullptr), RS_OK) << "all defaults";
        EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, nullptr, nullptr, nullptr, &tally,
                                     nullptr),
                  RS_OK);
        EXPECT_EQ(rs_order_create(labels, RS_ORDER_FILE, nullptr, &order, nullptr), RS_OK);
        EXPECT_EQ(rs_class_map_create(classes, 2, 2, &map, nullptr), RS_OK);
        EXPECT_EQ(rs_metrics_compute(tally, nullptr, &metrics, nullptr), RS_OK);
    }
    ~Task()
    {
        rs_metrics_clear(&metrics);
        rs_class_map_free(map);
        rs_order_free(order);
        rs_tally_free(tally);
        rs_evaluator_free(evaluator);
        rs_source_close(source);
        rs_labels_free(labels);
    }
    static constexpr float values[4] = {2, 1, 1, 2};
    static constexpr int32_t classes[2] = {0, 1};
    rs_labels *labels = nullptr;
    rs_source *source = nullptr;
    rs_evaluator *evaluator = nullptr;
    rs_tally *tally = nullptr;
    rs_order *order = nullptr;
    rs_class_map *map = nullptr;
    rs_metrics metrics = {};
};

using Call = std::function<rs_status(rs_error *)>;

// What was made before must not be mistaken for what a failed call made.
template <class T> T *Old()
{
    return reinterpret_cast<T *>(static_cast<uintptr_t>(16));
}

class NullArguments : public testing::Test {
  protected:
    // `call` has NULL for `argument` alone.
    void Refused(const char *function, const char *argument, const Call &call)
    {
        SCOPED_TRACE(std::string(function) + ": " + argument);
        rs_error error = {};
        EXPECT_EQ(call(&error), RS_USAGE);
        EXPECT_EQ(std::string(error.reason),
                  std::string("the argument \"") + argument + "\" is NULL");
        EXPECT_EQ(call(nullptr), RS_USAGE);
        seen_.insert(function);
        refused_.insert(std::string(function) + ": " + argument);
    }
    void Takes(const char *function, bool nothing)
    {
        EXPECT_TRUE(nothing) << function;
        seen_.insert(function);
    }
    void TearDown() override
    {
        for (const auto &[name, of] : Declared()) {
            EXPECT_EQ(seen_.count(name), 1u) << name << " is not held to the rule";
            for (const std::string &argument : of.pointers) {
                EXPECT_TRUE(!of.has_status || MayBeLeftOut(name, argument) ||
                            refused_.count(name + ": " + argument) == 1)
                    << name << ": " << argument << " is not held to the rule";
            }
        }
    }
    struct Declaration {
        bool has_status;
        std::vector<std::string> pointers;
    };
    static bool MayBeLeftOut(const std::string &function, const std::string &argument)
    {
        static const std::set<std::string> everywhere = {"error", "options", "range", "results",
                                                         "watch", "note",    "stop"};
        static const std::set<std::string> here = {
            "rs_labels_create: original", "rs_labels_create: real_begin",
            "rs_order_create: list_path", "rs_head_load: bias_path"};
        return everywhere.count(argument) == 1 || here.count(function + ": " + argument) == 1;
    }
    // Names of a list of parameters that are pointers.
    static std::vector<std::string> Pointers(const std::string &parameters)
    {
        std::vector<std::string> names;
        const std::regex pointer(R"(\*\s*(?:const\s*\*?)?\s*([a-z_]+)\s*(?:,|$))");
        for (std::sregex_iterator at(parameters.begin(), parameters.end(), pointer), end; at != end;
             ++at) {
            names.push_back((*at)[1].str());
        }
        return names;
    }
    // Functions of the headers that take a pointer.
    static std::map<std::string, Declaration> Declared()
    {
        std::map<std::string, Declaration> names;
        const std::regex declaration(R"(\n([a-z][^\n(;]*[ *])(rs_[a-z0-9_]+)\(([^;]*)\);)");
        for (const auto &file : std::filesystem::directory_iterator(
                 std::string(RS_TEST_SOURCES) + "/include/reassess")) {
            const std::string text = ReadFile(file.path().string());
            for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end;
                 ++at) {
                if ((*at)[3].str().find('*') != std::string::npos) {
                    names[(*at)[2].str()] = {(*at)[1].str() == "rs_status ",
                                             Pointers((*at)[3].str())};
                }
            }
        }
        EXPECT_GT(names.size(), 50u);
        return names;
    }

    Task t_;
    std::set<std::string> seen_, refused_;
};

#define REFUSED(function, argument, ...) \
    Refused(#function, argument, [&](rs_error *error) { return function(__VA_ARGS__, error); })

TEST_F(NullArguments, OneRuleForEveryFunction)
{
    rs_labels *labels = Old<rs_labels>();
    rs_order *order = Old<rs_order>();
    rs_class_map *map = Old<rs_class_map>();
    rs_source *source = Old<rs_source>();
    rs_evaluator *evaluator = nullptr;
    rs_tally *tally = Old<rs_tally>();
    rs_head_file *head = Old<rs_head_file>();
    char *folder = Old<char>();
    const rs_head heads[1] = {{2, 2, RS_DTYPE_F32, Task::values, nullptr}};
    const char *const paths[2] = {"a", nullptr};
    rs_source *const members[2] = {t_.source, nullptr};
    const uint32_t begin[3] = {0, 1, 1};
    float out[4];
    uint64_t count = 0;
    const rs_product product = {};
    const rs_tally_shape *const shape = rs_tally_get_shape(t_.tally);

    REFUSED(rs_labels_load, "labels", nullptr, nullptr);
    EXPECT_EQ(rs_labels_load(nullptr, &labels, nullptr), RS_USAGE); // no labels were named
    EXPECT_EQ(labels, nullptr);
    REFUSED(rs_labels_load_default, "labels", nullptr);
    REFUSED(rs_labels_default_folder, "folder", nullptr);
    REFUSED(rs_labels_create, "labels", 2, 2, nullptr, nullptr, nullptr, nullptr);
    REFUSED(rs_labels_create, "real_class", 2, 2, nullptr, begin, nullptr, &labels);
    REFUSED(rs_order_create, "labels", nullptr, RS_ORDER_FILE, nullptr, &order);
    EXPECT_EQ(order, nullptr);
    REFUSED(rs_order_create, "order", t_.labels, RS_ORDER_FILE, nullptr, nullptr);
    REFUSED(rs_order_deal, "order", nullptr, "2", &order);
    EXPECT_EQ(order, nullptr);
    REFUSED(rs_order_deal, "deal", t_.order, nullptr, &order);
    REFUSED(rs_order_deal, "dealt", t_.order, "2", nullptr);
    labels = Old<rs_labels>();
    REFUSED(rs_labels_reorder, "labels", nullptr, t_.order, &labels);
    EXPECT_EQ(labels, nullptr);
    REFUSED(rs_labels_reorder, "order", t_.labels, nullptr, &labels);
    REFUSED(rs_labels_reorder, "reordered", t_.labels, t_.order, nullptr);
    REFUSED(rs_class_map_load, "path", nullptr, t_.labels, &map);
    EXPECT_EQ(map, nullptr);
    REFUSED(rs_class_map_load, "labels", "a", nullptr, &map);
    REFUSED(rs_class_map_load, "map", "a", t_.labels, nullptr);
    REFUSED(rs_class_map_create, "class_of_column", nullptr, 2, 2, &map);
    REFUSED(rs_class_map_create, "map", Task::classes, 2, 2, nullptr);
    map = Old<rs_class_map>();
    REFUSED(rs_class_map_of_positions, "map", nullptr, &map);
    EXPECT_EQ(map, nullptr);
    REFUSED(rs_class_map_of_positions, "positions", t_.map, nullptr);

    REFUSED(rs_source_open, "path", nullptr, nullptr, &source);
    EXPECT_EQ(source, nullptr);
    REFUSED(rs_source_open, "source", "a", nullptr, nullptr);
    EXPECT_EQ(rs_source_open("/nowhere", nullptr, &source, nullptr), RS_IO); // all defaults
    REFUSED(rs_source_open_parts, "paths", nullptr, 2, nullptr, &source);
    REFUSED(rs_source_open_parts, "paths[]", paths, 2, nullptr, &source);
    REFUSED(rs_source_open_parts, "source", paths, 1, nullptr, nullptr);
    source = Old<rs_source>();
    REFUSED(rs_source_open_memory, "data", nullptr, RS_DTYPE_F32, 2, 2, 8, &source);
    EXPECT_EQ(source, nullptr);
    REFUSED(rs_source_open_memory, "source", Task::values, RS_DTYPE_F32, 2, 2, 8, nullptr);
    source = Old<rs_source>();
    REFUSED(rs_source_open_ensemble, "members", nullptr, 2, nullptr, &source);
    EXPECT_EQ(source, nullptr);
    REFUSED(rs_source_open_ensemble, "members[]", members, 2, nullptr, &source);
    REFUSED(rs_source_open_ensemble, "source", members, 2, nullptr, nullptr);
    REFUSED(rs_source_read, "source", nullptr, 0, 1, out, &count);
    REFUSED(rs_source_read, "out", t_.source, 0, 1, nullptr, &count);
    REFUSED(rs_source_read, "rows_read", t_.source, 0, 1, out, nullptr);

    REFUSED(rs_evaluator_create, "evaluator", nullptr, nullptr);
    EXPECT_EQ(rs_evaluator_create(nullptr, &evaluator, nullptr), RS_OK);
    rs_evaluator_free(evaluator);
    REFUSED(rs_evaluator_score, "evaluator", nullptr, t_.labels, t_.source, nullptr, nullptr,
            nullptr, &tally);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_evaluator_score, "labels", t_.evaluator, nullptr, t_.source, nullptr, nullptr,
            nullptr, &tally);
    REFUSED(rs_evaluator_score, "source", t_.evaluator, t_.labels, nullptr, nullptr, nullptr,
            nullptr, &tally);
    REFUSED(rs_evaluator_score, "tally", t_.evaluator, t_.labels, t_.source, nullptr, nullptr,
            nullptr, nullptr);
    tally = Old<rs_tally>();
    const rs_doubted_pass pass = {nullptr, Task::classes, 1, nullptr};
    rs_diagnosis diagnosis;
    REFUSED(rs_diagnose, "labels", nullptr, &pass, &diagnosis);
    REFUSED(rs_diagnose, "pass", t_.labels, nullptr, &diagnosis);
    REFUSED(rs_diagnose, "diagnosis", t_.labels, &pass, nullptr);
    const rs_doubted_pass nothing = {nullptr, nullptr, 1, nullptr};
    REFUSED(rs_diagnose, "prediction", t_.labels, &nothing, &diagnosis);
    REFUSED(rs_evaluator_score_heads, "evaluator", nullptr, t_.labels, t_.source, heads, 1, nullptr,
            nullptr, nullptr, &tally);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_evaluator_score_heads, "labels", t_.evaluator, nullptr, t_.source, heads, 1, nullptr,
            nullptr, nullptr, &tally);
    REFUSED(rs_evaluator_score_heads, "features", t_.evaluator, t_.labels, nullptr, heads, 1,
            nullptr, nullptr, nullptr, &tally);
    REFUSED(rs_evaluator_score_heads, "heads", t_.evaluator, t_.labels, t_.source, nullptr, 1,
            nullptr, nullptr, nullptr, &tally);
    REFUSED(rs_evaluator_score_heads, "tallies", t_.evaluator, t_.labels, t_.source, heads, 1,
            nullptr, nullptr, nullptr, nullptr);
    REFUSED(rs_evaluator_multiply, "evaluator", nullptr, &product);
    REFUSED(rs_evaluator_multiply, "product", t_.evaluator, nullptr);
    REFUSED(rs_head_load, "weight_path", nullptr, nullptr, nullptr, &head);
    EXPECT_EQ(head, nullptr);
    REFUSED(rs_head_load, "file", "a", nullptr, nullptr, nullptr);

    tally = Old<rs_tally>();
    REFUSED(rs_tally_create, "shape", nullptr, &tally);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_tally_create, "tally", shape, nullptr);
    REFUSED(rs_tally_add, "sum", nullptr, t_.tally);
    REFUSED(rs_tally_add, "part", t_.tally, nullptr);
    REFUSED(rs_tally_save, "tally", nullptr, nullptr, "a");
    REFUSED(rs_tally_save, "path", t_.tally, nullptr, nullptr);
    char *note = folder;
    REFUSED(rs_tally_load, "path", nullptr, &tally, &note);
    EXPECT_EQ(note, nullptr);
    REFUSED(rs_tally_load, "tally", "a", nullptr, nullptr);
    void *bytes = note;
    size_t size = 0;
    REFUSED(rs_tally_to_bytes, "tally", nullptr, nullptr, &bytes, &size);
    REFUSED(rs_tally_to_bytes, "bytes", t_.tally, nullptr, nullptr, &size);
    REFUSED(rs_tally_to_bytes, "size", t_.tally, nullptr, &bytes, nullptr);
    tally = Old<rs_tally>();
    REFUSED(rs_tally_from_bytes, "bytes", nullptr, 4, &tally, &note);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_tally_from_bytes, "tally", "a", 1, nullptr, nullptr);

    rs_scorer *sum = Old<rs_scorer>();
    const rs_scorer_rows row = {nullptr, RS_DTYPE_F32, 1, 2, 0, nullptr, nullptr};
    REFUSED(rs_scorer_create, "labels", nullptr, nullptr, 0, &sum);
    EXPECT_EQ(sum, nullptr);
    REFUSED(rs_scorer_create, "scorer", nullptr, t_.labels, 0, nullptr);
    ASSERT_EQ(rs_scorer_create(nullptr, t_.labels, 0, &sum, nullptr), RS_OK);
    REFUSED(rs_scorer_add, "scorer", nullptr, &row);
    REFUSED(rs_scorer_add, "rows", sum, nullptr);
    REFUSED(rs_scorer_add, "data", sum, &row);
    tally = Old<rs_tally>();
    REFUSED(rs_scorer_tally, "scorer", nullptr, &tally);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_scorer_tally, "tally", sum, nullptr);
    tally = Old<rs_tally>();
    REFUSED(rs_scorer_tally_by, "scorer", nullptr, t_.labels, &tally);
    EXPECT_EQ(tally, nullptr);
    REFUSED(rs_scorer_tally_by, "labels", sum, nullptr, &tally);
    REFUSED(rs_scorer_tally_by, "tally", sum, t_.labels, nullptr);
    REFUSED(rs_scorer_wait, "scorer", nullptr);
    REFUSED(rs_scorer_merge, "sum", nullptr, sum, RS_SEEN_ONCE);
    REFUSED(rs_scorer_merge, "part", sum, nullptr, RS_SEEN_ONCE);
    REFUSED(rs_scorer_to_bytes, "scorer", nullptr, &bytes, &size);
    REFUSED(rs_scorer_to_bytes, "bytes", sum, nullptr, &size);
    REFUSED(rs_scorer_to_bytes, "size", sum, &bytes, nullptr);
    REFUSED(rs_scorer_merge_bytes, "sum", nullptr, "a", 1, RS_SEEN_ONCE);
    REFUSED(rs_scorer_merge_bytes, "bytes", sum, nullptr, 1, RS_SEEN_ONCE);
    rs_scorer_free(sum);
    Takes("rs_scorer_get_counts", rs_scorer_get_counts(nullptr).images == 0);
    Takes("rs_scorer_results", rs_scorer_results(nullptr) == nullptr);
    Takes("rs_scorer_engine", rs_scorer_engine(nullptr) == nullptr);

    rs_metrics metrics;
    REFUSED(rs_metrics_compute, "tally", nullptr, nullptr, &metrics);
    rs_metrics_clear(&metrics); // empty, and fit to be cleared
    REFUSED(rs_metrics_compute, "metrics", t_.tally, nullptr, nullptr);

    // answers
    uint64_t stride = 0;
    char text[8] = "before";
    Takes("rs_labels_get_view", rs_labels_get_view(nullptr) == nullptr);
    Takes("rs_labels_hash", rs_labels_hash(nullptr) == 0);
    Takes("rs_labels_are_ilsvrc", !rs_labels_are_ilsvrc(nullptr));
    Takes("rs_labels_are_synthetic", !rs_labels_are_synthetic(nullptr));
    Takes("rs_labels_synset", rs_labels_synset(nullptr, 0) == nullptr);
    Takes("rs_labels_name", rs_labels_name(nullptr, 0) == nullptr);
    Takes("rs_labels_short_name_bytes", rs_labels_short_name_bytes(nullptr) == 0);
    Takes("rs_labels_real_path", rs_labels_real_path(nullptr) == nullptr);
    Takes("rs_labels_original_path", rs_labels_original_path(nullptr) == nullptr);
    Takes("rs_order_rows", rs_order_rows(nullptr) == 0);
    Takes("rs_order_get", rs_order_get(nullptr) == nullptr);
    Takes("rs_dtype_parse", rs_dtype_parse(nullptr) == RS_DTYPE_NONE);
    Takes("rs_source_get_info", rs_source_get_info(nullptr) == nullptr);
    Takes("rs_source_get_ensemble", rs_source_get_ensemble(nullptr) == nullptr);
    Takes("rs_source_view", rs_source_view(nullptr, 0, &count, &stride) == nullptr &&
                                rs_source_view(t_.source, 0, nullptr, &stride) == nullptr &&
                                rs_source_view(t_.source, 0, &count, nullptr) == nullptr);
    Takes("rs_evaluator_engine", rs_evaluator_engine(nullptr) == nullptr);
    Takes("rs_evaluator_values", rs_evaluator_values(nullptr) == RS_VALUES_LOGITS);
    Takes("rs_head_logits_dtype", rs_head_logits_dtype(nullptr, RS_DTYPE_F32) == RS_DTYPE_NONE);
    Takes("rs_head_get", rs_head_get(nullptr) == nullptr);
    Takes("rs_head_weight_path", rs_head_weight_path(nullptr) == nullptr);
    Takes("rs_head_bias_path", rs_head_bias_path(nullptr) == nullptr);
    Takes("rs_tally_get_shape", rs_tally_get_shape(nullptr) == nullptr);
    Takes("rs_tally_rows", rs_tally_rows(nullptr) == 0);
    Takes("rs_tally_equal", !rs_tally_equal(nullptr, t_.tally) &&
                                !rs_tally_equal(t_.tally, nullptr) &&
                                rs_tally_equal(t_.tally, t_.tally));
    Takes("rs_metrics_find", rs_metrics_find(nullptr, "imagenet_top1") == nullptr &&
                                 rs_metrics_find(&t_.metrics, nullptr) == nullptr &&
                                 rs_metrics_find(&t_.metrics, "imagenet_top1") != nullptr);
    Takes("rs_error_format", rs_error_format(nullptr, text, sizeof text) == text &&
                                 text[0] == '\0' &&
                                 rs_error_format(nullptr, nullptr, 9) == nullptr);

    // what frees
    rs_labels_free(nullptr);
    rs_order_free(nullptr);
    rs_class_map_free(nullptr);
    rs_source_close(nullptr);
    rs_evaluator_free(nullptr);
    rs_head_free(nullptr);
    rs_tally_free(nullptr);
    rs_metrics_clear(nullptr);
    rs_scorer_free(nullptr);
    for (const char *name : {"rs_labels_free", "rs_order_free", "rs_class_map_free",
                             "rs_source_close", "rs_evaluator_free", "rs_head_free",
                             "rs_tally_free", "rs_metrics_clear", "rs_scorer_free"}) {
        Takes(name, true);
    }
}

TEST(DefaultLabels, FolderAndFiles)
{
    const TemporaryFolder cache;
    std::filesystem::create_directories(cache.path("reassess/labels"));
    const char *const before = std::getenv("REASSESS_LABELS");
    const std::string kept = before == nullptr ? "" : before;
    unsetenv("REASSESS_LABELS");
    setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
    char *folder = nullptr;
    rs_labels *labels = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_labels_default_folder(&folder, &error), RS_OK) << error.reason;
    EXPECT_EQ(std::string(folder), cache.path("reassess/labels"));
    std::free(folder);
    EXPECT_EQ(rs_labels_load_default(&labels, &error), RS_IO);
    EXPECT_STREQ(error.reason, "real.json and original.txt are not in the label folder");
    cache.write("reassess/labels/real.json", "[[0], [2, 1]]");
    cache.write("reassess/labels/original.txt", "0\n1\n");
    cache.write("reassess/labels/names.txt", "cat\ndog\nfox\n");
    ASSERT_EQ(rs_labels_load_default(&labels, &error), RS_OK) << error.reason;
    EXPECT_EQ(rs_labels_get_view(labels)->rows, 2u);
    EXPECT_STREQ(rs_labels_name(labels, 2), "fox");
    EXPECT_EQ(std::string(rs_labels_real_path(labels)), cache.path("reassess/labels/real.json"));
    rs_labels_free(labels);
    setenv("REASSESS_LABELS", cache.path("nothing").c_str(), 1);
    EXPECT_EQ(rs_labels_default_folder(&folder, &error), RS_IO);
    EXPECT_EQ(folder, nullptr);
    unsetenv("XDG_CACHE_HOME");
    if (before == nullptr) {
        unsetenv("REASSESS_LABELS");
    } else {
        setenv("REASSESS_LABELS", kept.c_str(), 1);
    }
}

} // namespace
