// Who rates what: each image by as many raters, all with as much to do, golden ones by everybody.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "relabel/rater_files.h"

extern "C" {
#include "relabel/rater_plan.h"
}

namespace {

class Plan {
public:
    Plan(const char *raters, const std::vector<uint32_t> &candidates)
    {
        EXPECT_EQ(rs_rater_plan_name(&value, raters, nullptr), RS_OK);
        rs_class_text plain = {};
        plain.name = const_cast<char *>("thing");
        names_.assign(64, plain);
        texts_.count = 64;
        texts_.text = names_.data();
        EXPECT_EQ(rs_task_splitter_make(&texts_, nullptr, 8, &splitter_, nullptr), RS_OK);
        std::vector<int32_t> classes(64);
        for (int32_t c = 0; c < 64; ++c) {
            classes[size_t(c)] = c;
        }
        for (size_t i = 0; i < candidates.size(); ++i) {
            const std::string image = "image" + std::to_string(i) + ".png";
            EXPECT_EQ(rs_tasks_add(&tasks, splitter_, {image.data(), image.size()}, -1,
                                   classes.data(), candidates[i], nullptr),
                      RS_OK);
        }
    }
    ~Plan()
    {
        rs_rater_plan_clear(&value);
        rs_tasks_clear(&tasks);
        rs_task_splitter_free(splitter_);
    }
    Plan(const Plan &) = delete;
    Plan &operator=(const Plan &) = delete;

    // The images of a rater in their order; that the tasks of one follow each other is checked.
    std::vector<uint32_t> Images(uint32_t rater) const
    {
        std::vector<uint32_t> images;
        for (uint64_t i = value.begin[rater]; i < value.begin[rater + 1]; ++i) {
            const uint32_t task = value.task[i];
            if (tasks.part[task] == 1) {
                images.push_back(tasks.image[task]);
            }
            EXPECT_EQ(tasks.image[task], images.back());
            EXPECT_TRUE(tasks.part[task] == 1 || value.task[i - 1] + 1 == task);
        }
        return images;
    }
    rs_rater_plan value = {};
    rs_tasks tasks = rs_tasks_make();

private:
    std::vector<rs_class_text> names_;
    rs_class_texts texts_ = {};
    rs_task_splitter *splitter_ = nullptr;
};

TEST(RaterPlan, every_image_by_as_many_and_all_with_as_much_to_do)
{
    std::vector<uint32_t> candidates;
    for (uint32_t i = 0; i < 400; ++i) {
        candidates.push_back(1 + (i * 7 + i / 13) % 30);
    }
    for (const uint32_t per_image : {1u, 3u, 5u}) {
        Plan plan("a,b,c,d,e,f,g", candidates);
        ASSERT_EQ(rs_rater_plan_make(&plan.value, &plan.tasks, nullptr, per_image, nullptr), RS_OK);
        std::map<uint32_t, uint32_t> times;
        std::set<std::pair<uint32_t, uint32_t>> together;
        std::vector<uint64_t> load;
        std::map<uint32_t, std::vector<uint32_t>> raters_of;
        for (uint32_t r = 0; r < 7; ++r) {
            const std::vector<uint32_t> images = plan.Images(r);
            EXPECT_TRUE(std::is_sorted(images.begin(), images.end()));
            EXPECT_EQ(images.size(), rs_rater_plan_images(&plan.value, &plan.tasks, r));
            for (const uint32_t image : images) {
                ++times[image];
                raters_of[image].push_back(r);
            }
            load.push_back(rs_rater_plan_candidates(&plan.value, &plan.tasks, r));
        }
        for (const auto &[image, raters] : raters_of) {
            for (const uint32_t a : raters) {
                for (const uint32_t b : raters) {
                    together.insert({a, b});
                }
            }
        }
        EXPECT_EQ(times.size(), 400u);
        for (const auto &[image, count] : times) {
            EXPECT_EQ(count, per_image) << image;
        }
        EXPECT_LE(*std::max_element(load.begin(), load.end()) -
                      *std::min_element(load.begin(), load.end()),
                  30u);
        EXPECT_EQ(together.size(), per_image == 1 ? 7u : 49u); // every two meet
    }
}

TEST(RaterPlan, golden_images_stand_evenly_among_the_others)
{
    Plan plan("ann,bob,eve", std::vector<uint32_t>(62, 10));
    std::vector<char> golden(62, 0);
    golden[7] = golden[61] = 1;
    std::vector<char> copy = golden;
    ASSERT_EQ(rs_rater_plan_make(&plan.value, &plan.tasks, reinterpret_cast<bool *>(copy.data()), 2,
                                 nullptr),
              RS_OK);
    EXPECT_EQ(plan.value.golden, 2u);
    std::set<uint32_t> first;
    for (uint32_t r = 0; r < 3; ++r) {
        const std::vector<uint32_t> images = plan.Images(r);
        ASSERT_EQ(images.size(), 42u); // 60 images by two of three raters, and the golden ones
        EXPECT_TRUE(golden[images[10]]);
        EXPECT_TRUE(golden[images[31]]);
        EXPECT_NE(images[10], images[31]);
        first.insert(images[10]);
    }
    EXPECT_EQ(first.size(), 2u); // not the same for all
}

TEST(RaterPlan, more_raters_an_image_than_there_are)
{
    Plan plan("ann,bob", {2, 2, 2});
    ASSERT_EQ(rs_rater_plan_make(&plan.value, &plan.tasks, nullptr, 5, nullptr), RS_OK);
    EXPECT_EQ(plan.value.per_image, 2u);
    EXPECT_EQ(plan.Images(0), (std::vector<uint32_t>{0, 1, 2}));
    EXPECT_EQ(plan.Images(1), (std::vector<uint32_t>{0, 1, 2}));
}

TEST(RaterPlan, names)
{
    const std::pair<const char *, const char *> bad[] = {
        {"", "--raters : a name is empty; as in --raters ann,bob,eve"},
        {"ann,", "--raters ann,: a name is empty; as in --raters ann,bob,eve"},
        {"ann,bob,ann", "--raters: 'ann' comes twice; name each rater once"}};
    for (const auto &[list, message] : bad) {
        rs_error error;
        rs_rater_plan plan = {};
        EXPECT_EQ(rs_rater_plan_name(&plan, list, &error), RS_USAGE);
        EXPECT_EQ(MessageOf(error), message);
        rs_rater_plan_clear(&plan);
    }
}

TEST(RaterPlan, a_thousand_raters_and_no_more)
{
    std::string list = "r1";
    for (int rater = 2; rater <= 1000; ++rater) {
        list += ",r" + std::to_string(rater);
    }
    rs_rater_plan plan = {};
    ASSERT_EQ(rs_rater_plan_name(&plan, list.c_str(), nullptr), RS_OK);
    EXPECT_EQ(plan.names.count, 1000u);
    rs_rater_plan_clear(&plan);
    rs_error error;
    EXPECT_EQ(rs_rater_plan_name(&plan, (list + ",one").c_str(), &error), RS_USAGE);
    EXPECT_EQ(MessageOf(error), "--raters: there are more than 1000; make several pages");
    rs_rater_plan_clear(&plan);
}

}  // namespace
