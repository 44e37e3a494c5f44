// Heads that share a pass over their features: the same results as each by itself, and a head that
// fails takes no other with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/small_task.h"

extern "C" {
#include "sweep/lane_bytes.h"
#include "sweep/sweep_run.h"
}

namespace {

namespace fs = std::filesystem;

void CountReport(void *context, const rs_sweep_event *event)
{
    auto *const told = static_cast<std::vector<std::string> *>(context);
    if (event->model != nullptr) {
        told->push_back(
            std::string(event->model->name) +
            (event->kind == RS_SWEEP_FAILED ? ": " + std::string(event->failure->reason) : ""));
    }
}

class HeadsAtOnce : public testing::Test {
  protected:
    HeadsAtOnce()
    {
        rs_labels_options options = {};
        options.real_path = task.real.c_str();
        options.original_path = task.labels.c_str();
        EXPECT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
        reading.order = "file";
        add("a", head("a", 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}));
        add("b", head("b", 3, {0, 0, 1, 0, 1, 0, 1, 0, 0}));
        add("c", head("c", 3, {0, 1, 0, 1, 0, 0, 0, 0, 2}));
    }
    ~HeadsAtOnce() override
    {
        rs_models_clear(&models);
        rs_labels_free(labels);
    }
    std::string head(const std::string &name, int columns, const std::vector<float> &values)
    {
        return task.folder.write(name + ".npy", Npy("'<f4'", "(3, " + std::to_string(columns) + ")",
                                                    Bytes<float>(values)));
    }
    void add(const std::string &name, const std::string &weight)
    {
        rs_model *model = nullptr;
        ASSERT_EQ(rs_models_add(&models, &reading, &model, nullptr), RS_OK);
        model->name = strdup(name.c_str());
        model->weight_path = strdup(weight.c_str());
        model->paths = &features;
        model->path_count = 1;
    }
    rs_sweep sweep(const std::string &folder, uint32_t at_once)
    {
        fs::create_directory(folder);
        folder_ = folder;
        rs_sweep made = {};
        made.folder = folder_.c_str();
        made.labels = labels;
        made.models = &models;
        made.evaluator.threads = 1;
        made.metrics.oracle_cut = 0.9;
        made.keep = 10;
        made.heads_at_once = at_once;
        made.report = CountReport;
        made.context = &told;
        return made;
    }
    std::map<std::string, std::string> run(uint32_t at_once, rs_sweep_summary *summary)
    {
        const std::string folder = task.folder.path("out" + std::to_string(at_once));
        const rs_sweep made = sweep(folder, at_once);
        told.clear();
        EXPECT_EQ(rs_sweep_run(&made, summary, nullptr), RS_OK);
        std::map<std::string, std::string> files;
        for (const auto &entry : fs::directory_iterator(folder)) {
            const std::string bytes = ReadFile(entry.path());
            files[entry.path().filename()] = bytes.substr(0, bytes.find(",\"timing\":{"));
        }
        return files;
    }

    SmallTask task;
    rs_labels *labels = nullptr;
    rs_reading_options reading = {};
    const char *features = task.logits.c_str();
    rs_models models = {};
    std::vector<std::string> told;
    std::string folder_;
};

TEST_F(HeadsAtOnce, GiveTheSameResults)
{
    rs_sweep_summary alone;
    rs_sweep_summary together;
    const auto one = run(1, &alone);
    const auto three = run(3, &together);
    EXPECT_EQ(one.size(), 9u);
    EXPECT_EQ(one, three);
    EXPECT_EQ(together.done, 3u);
    EXPECT_EQ(together.lanes, 1u); // there is one pass to make
    EXPECT_EQ(alone.lanes, 2u);
    EXPECT_EQ(told, (std::vector<std::string>{"a", "b", "c"}));
    // one of them is lacking: the others are left alone
    fs::remove(task.folder.path("out3") + "/b.json");
    EXPECT_EQ(run(3, &together), one);
    EXPECT_EQ(together.done, 1u);
    EXPECT_EQ(together.fresh, 2u);
}

TEST_F(HeadsAtOnce, AHeadThatDoesNotFitFailsAlone)
{
    add("five", head("five", 5, std::vector<float>(15)));
    add("gone", task.folder.path("gone.npy"));
    add("text", task.folder.write("text.npy", "no array"));
    add("last", head("last", 3, {0, 0, 1, 1, 0, 0, 0, 1, 0}));
    rs_sweep_summary summary;
    const auto files = run(16, &summary);
    EXPECT_EQ(summary.done, 4u);
    EXPECT_EQ(summary.failed, 3u);
    for (const char *name : {"a.json", "b.json", "c.json", "last.json", "five.error.json",
                             "gone.error.json", "text.error.json"}) {
        EXPECT_EQ(files.count(name), 1u) << name;
    }
    const bool said = std::find(told.begin(), told.end(),
                                "five: 3 features a row, but head 1 takes 5") != told.end();
    EXPECT_TRUE(said) << testing::PrintToString(told);
}

TEST_F(HeadsAtOnce, StoppedThereIsNoResult)
{
    rs_sweep_summary summary;
    rs_sweep made = sweep(task.folder.path("stopped"), 3);
    const volatile sig_atomic_t stop = 1;
    made.stop = &stop;
    EXPECT_EQ(rs_sweep_run(&made, &summary, nullptr), RS_INTERRUPTED);
    EXPECT_TRUE(fs::is_empty(task.folder.path("stopped")));
}

// Groups: neighbours on the same features, no more than asked for, no more than memory holds.
TEST_F(HeadsAtOnce, AreNeighboursThatMemoryHolds)
{
    const std::string other = task.folder.write("other.npy", ReadFile(task.logits));
    const char *const other_path = other.c_str();
    add("d", task.folder.path("c.npy"));
    models.model[2].paths = &other_path;
    const rs_sweep made = sweep(task.folder.path("plan"), 2);
    rs_sweep_plan plan;
    ASSERT_EQ(rs_sweep_plan_make(&made, &plan, nullptr), RS_OK);
    ASSERT_EQ(plan.item_count, 4u);
    rs_lane_group_heads(&made, UINT64_MAX, &plan);
    EXPECT_EQ(plan.item[0].group, 2u);
    EXPECT_EQ(plan.item[2].group, 1u); // other features
    EXPECT_EQ(plan.item[3].group, 1u);
    EXPECT_EQ(plan.item[0].weight_bytes, fs::file_size(task.folder.path("a.npy")));
    const uint64_t both = rs_lane_bytes(&made, &plan.item[0], 1);
    EXPECT_EQ(rs_lane_neediest(&made, &plan), &plan.item[0]);
    rs_lane_group_heads(&made, both - 1, &plan);
    EXPECT_EQ(plan.item[0].group, 1u);
    EXPECT_LT(rs_lane_bytes(&made, &plan.item[0], 1), both);
    EXPECT_GT(rs_lane_bytes(&made, &plan.item[0], 2), rs_lane_bytes(&made, &plan.item[0], 1));
    rs_sweep_plan_clear(&plan);
}

} // namespace
