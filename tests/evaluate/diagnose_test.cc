// Results near chance: which other order explains them.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

extern "C" {
#include "base/random.h"
#include "evaluate/doubt.h"
}

namespace {

// 2,000 images of 200 classes in random order, and predictions that are right for 80 % of the
// images.
class Diagnose : public testing::Test {
protected:
    static constexpr uint32_t classes = 200;
    static constexpr uint32_t rows = 2000;

    Diagnose()
    {
        rs_random random = rs_random_make(7, 0);
        for (uint32_t i = 0; i < rows; ++i) {
            original.push_back(static_cast<int32_t>(i % classes));
        }
        for (uint32_t i = rows - 1; i > 0; --i) {
            std::swap(original[i], original[rs_random_below(&random, i + 1)]);
        }
        for (uint32_t i = 0; i < rows; ++i) {
            good.push_back(i % 5 == 0 ? static_cast<int32_t>(rs_random_below(&random, classes))
                                      : original[i]);
        }
        rs_error error = {};
        EXPECT_EQ(rs_labels_create(rows, classes, original.data(), nullptr, nullptr, &labels,
                                   &error),
                  RS_OK)
            << error.reason;
    }
    ~Diagnose() override { rs_labels_free(labels); }

    rs_diagnosis Ask(const std::vector<int32_t> &predictions, rs_order_kind used = RS_ORDER_FILE)
    {
        rs_diagnosis diagnosis = {};
        rs_error error = {};
        rs_order *order = nullptr;
        if (used != RS_ORDER_FILE) {
            EXPECT_EQ(rs_order_create(labels, used, nullptr, &order, &error), RS_OK);
        }
        const rs_doubted_pass pass = {order, predictions.data(), 1, nullptr};
        EXPECT_EQ(rs_diagnose(labels, &pass, &diagnosis, &error), RS_OK) << error.reason;
        EXPECT_EQ(std::string(diagnosis.text).find("--"), std::string::npos) << diagnosis.text;
        rs_order_free(order);
        return diagnosis;
    }
    // Predictions in the order of rows given by `order`: input row i is image order[i].
    std::vector<int32_t> Reordered(const std::vector<uint32_t> &order) const
    {
        std::vector<int32_t> rows_of_input;
        for (const uint32_t image : order) {
            rows_of_input.push_back(good[image]);
        }
        return rows_of_input;
    }
    // What a pass with every row in its place counts.
    double Right(const std::vector<uint32_t> &order) const
    {
        uint32_t right = 0;
        for (const uint32_t image : order) {
            right += good[image] == original[image] ? 1 : 0;
        }
        return static_cast<double>(right) / static_cast<double>(rows);
    }
    // Right for 80 % of the images, wherever they stand.
    std::vector<int32_t> MistakenAnywhere() const
    {
        rs_random random = rs_random_make(10, 0);
        std::vector<int32_t> answers = original;
        for (int32_t &answer : answers) {
            answer = rs_random_below(&random, 5) == 0
                         ? static_cast<int32_t>(rs_random_below(&random, classes))
                         : answer;
        }
        return answers;
    }
    template <class Before> std::vector<uint32_t> SortedImages(Before before) const
    {
        std::vector<uint32_t> order(rows);
        std::iota(order.begin(), order.end(), 0u);
        std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
            return before(original[a], original[b]);
        });
        return order;
    }

    std::vector<int32_t> original, good;
    rs_labels *labels = nullptr;
};

TEST_F(Diagnose, imagefolder_order)
{
    const auto order = SortedImages([](int32_t a, int32_t b) { return a < b; });
    const rs_diagnosis diagnosis = Ask(Reordered(order));
    ASSERT_TRUE(diagnosis.found);
    EXPECT_NEAR(diagnosis.accuracy, 0.80, 0.01);
    EXPECT_EQ(std::string(diagnosis.text).find("rows look like ImageFolder order; that gives 80."),
              0u)
        << diagnosis.text;
}

TEST_F(Diagnose, folders_named_by_number_sorted_as_texts)
{
    const auto order = SortedImages(
        [](int32_t a, int32_t b) { return std::to_string(a) < std::to_string(b); });
    const rs_diagnosis diagnosis = Ask(Reordered(order));
    ASSERT_TRUE(diagnosis.found);
    EXPECT_NE(std::string(diagnosis.text).find("0, 1, 10, 100"), std::string::npos)
        << diagnosis.text;
}

TEST_F(Diagnose, file_order_when_imagefolder_was_said)
{
    const rs_diagnosis diagnosis = Ask(good, RS_ORDER_IMAGEFOLDER);
    ASSERT_TRUE(diagnosis.found);
    EXPECT_EQ(std::string(diagnosis.text).find("rows look like file-name order"), 0u)
        << diagnosis.text;
}

TEST_F(Diagnose, batches_turned_round)
{
    std::vector<uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0u);
    for (uint32_t begin = 0; begin < rows; begin += 48) {
        std::reverse(order.begin() + begin, order.begin() + std::min(rows, begin + 48));
    }
    const rs_diagnosis diagnosis = Ask(Reordered(order));
    ASSERT_TRUE(diagnosis.found);
    EXPECT_NEAR(diagnosis.accuracy, 0.80, 0.01);
    EXPECT_NE(std::string(diagnosis.text).find("in batches of 48, the last row of each first"),
              std::string::npos)
        << diagnosis.text;
}

// Ten columns in a ring, two, and none, of labels with 40 images a class.
TEST_F(Diagnose, some_columns_are_other_classes)
{
    for (const int32_t members : {10, 2, 0}) {
        std::vector<int32_t> few(rows), ring = MistakenAnywhere();
        for (uint32_t i = 0; i < rows; ++i) {
            few[i] = original[i] / 4;
            ring[i] /= 4;
            ring[i] = ring[i] < members ? (ring[i] + 1) % members : ring[i];
        }
        rs_labels *fifty = nullptr;
        rs_error error = {};
        rs_diagnosis found = {};
        ASSERT_EQ(rs_labels_create(rows, 50, few.data(), nullptr, nullptr, &fifty, &error), RS_OK);
        const rs_doubted_pass pass = {nullptr, ring.data(), 1, nullptr};
        EXPECT_EQ(rs_diagnose(fifty, &pass, &found, &error), RS_OK) << error.reason;
        rs_labels_free(fifty);
        ASSERT_EQ(found.found, members > 0) << found.text;
        if (members == 0) {
            continue;
        }
        EXPECT_EQ(found.finding, RS_FINDING_COLUMNS);
        EXPECT_NEAR(found.accuracy, 0.80, 0.015);
        EXPECT_EQ(std::string(found.text).find(
                      members == 2 ? "columns 0 and 1 look exchanged; that gives "
                                   : "10 columns look like other classes than their own: column 0 "
                                     "like class 9, column 1 like class 0, column 2 like class 1, "
                                     "...; that gives "),
                  0u)
            << found.text;
    }
}

// A model that says one class of another's images as often as of its own is none the worse for it.
TEST_F(Diagnose, classes_that_are_alike_are_no_exchange)
{
    rs_random random = rs_random_make(9, 0);
    std::vector<int32_t> alike = good;
    for (uint32_t i = 0; i < rows; ++i) {
        if (original[i] < 100) { // pairs 2 k, 2 k + 1
            alike[i] = original[i] / 2 * 2 + static_cast<int32_t>(rs_random_below(&random, 2));
        }
        if (original[i] >= 180) { // a class that the model does not have
            alike[i] = 179;
        }
    }
    EXPECT_FALSE(Ask(alike).found);
}

TEST_F(Diagnose, one_class_again_and_again)
{
    rs_random random = rs_random_make(11, 0);
    std::vector<int32_t> black = MistakenAnywhere();
    for (int32_t &answer : black) {
        answer = rs_random_below(&random, 10) < 6 ? 111 : answer;
    }
    const rs_diagnosis diagnosis = Ask(black);
    ASSERT_TRUE(diagnosis.found);
    EXPECT_EQ(diagnosis.finding, RS_FINDING_SOME_ROWS);
    EXPECT_EQ(std::string(diagnosis.text).find("class 111 is the first prediction in 6"), 0u)
        << diagnosis.text;
}

// Whoever calls the library has no options: its text is in the words of the headers, while the
// program's own is in those of the program.
TEST_F(Diagnose, text_is_in_the_words_of_the_headers)
{
    std::vector<uint32_t> list(rows);
    std::iota(list.begin(), list.end(), 0u);
    std::vector<uint32_t> dealt;
    for (uint32_t rank = 0; rank < 4; ++rank) {
        for (uint32_t i = rank; i < rows; i += 4) {
            dealt.push_back(i);
        }
    }
    const auto folders = SortedImages([](int32_t a, int32_t b) { return a < b; });
    std::reverse(list.begin(), list.end());
    const struct {
        std::vector<int32_t> answers;
        rs_order_kind used;
        const char *library;
        const char *program;
    } each[] = {
        {Reordered(folders), RS_ORDER_FILE, ": use RS_ORDER_IMAGEFOLDER",
         ": use --order imagefolder"},
        {good, RS_ORDER_IMAGEFOLDER, ": use RS_ORDER_FILE", ": leave --order out"},
        {Reordered(dealt), RS_ORDER_FILE, ": use rs_order_deal 4", ": use --deal 4"},
        {Reordered(list), RS_ORDER_FILE, "and use RS_ORDER_LIST", "and use --order LIST"},
    };
    for (const auto &one : each) {
        EXPECT_NE(std::string(Ask(one.answers, one.used).text).find(one.library), std::string::npos)
            << Ask(one.answers, one.used).text;
        rs_order *order = nullptr;
        rs_error error = {};
        rs_diagnosis diagnosis = {};
        ASSERT_EQ(rs_order_create(labels, one.used, nullptr, &order, &error), RS_OK);
        const rs_doubted_pass pass = {order, one.answers.data(), 1, nullptr};
        ASSERT_EQ(rs_diagnose_pass(labels, &pass, &diagnosis, &error), RS_OK) << error.reason;
        EXPECT_NE(std::string(diagnosis.text).find(one.program), std::string::npos)
            << diagnosis.text;
        rs_order_free(order);
    }
}

TEST_F(Diagnose, columns_shifted_by_one)
{
    std::vector<int32_t> shifted = good;
    for (int32_t &answer : shifted) {
        answer = answer + 1 < static_cast<int32_t>(classes) ? answer + 1 : -1;
    }
    const rs_diagnosis diagnosis = Ask(shifted);
    ASSERT_TRUE(diagnosis.found);
    EXPECT_NEAR(diagnosis.accuracy, 0.80, 0.01);
    EXPECT_NE(std::string(diagnosis.text).find("say with class_map"), std::string::npos)
        << diagnosis.text;
}

TEST_F(Diagnose, columns_in_another_class_order)
{
    std::vector<int32_t> permuted = good;
    for (int32_t &answer : permuted) {
        answer = (answer * 77 + 13) % static_cast<int32_t>(classes);
    }
    const rs_diagnosis diagnosis = Ask(permuted);
    ASSERT_TRUE(diagnosis.found);
    EXPECT_EQ(std::string(diagnosis.text).find("columns look like another class order"), 0u)
        << diagnosis.text;
}

TEST_F(Diagnose, both_orders_wrong)
{
    std::vector<int32_t> both =
        Reordered(SortedImages([](int32_t a, int32_t b) { return a < b; }));
    for (int32_t &answer : both) {
        answer = (answer * 77 + 13) % static_cast<int32_t>(classes);
    }
    const rs_diagnosis diagnosis = Ask(both);
    ASSERT_TRUE(diagnosis.found);
    EXPECT_NE(
        std::string(diagnosis.text)
            .find("rows look like ImageFolder order and columns look like another class order"),
        std::string::npos)
        << diagnosis.text;
}

// The rows are ordered as was said, and the columns are wrong all the same.
TEST_F(Diagnose, columns_where_imagefolder_was_said)
{
    const auto folders = SortedImages([](int32_t a, int32_t b) { return a < b; });
    std::vector<int32_t> shifted = Reordered(folders);
    std::vector<int32_t> permuted = shifted;
    std::vector<int32_t> file_order = good;
    for (uint32_t i = 0; i < rows; ++i) {
        shifted[i] = shifted[i] > 0 ? shifted[i] - 1 : -1;
        permuted[i] = (permuted[i] * 77 + 13) % static_cast<int32_t>(classes);
        file_order[i] = (file_order[i] * 77 + 13) % static_cast<int32_t>(classes);
    }
    const struct {
        const std::vector<int32_t> &predictions;
        const char *text;
    } cases[] = {
        {shifted, "columns look shifted by one class; that gives 79."},
        {permuted, "columns look like another class order than that"},
        {file_order, "rows look like file-name order and columns look like another class order"},
    };
    for (const auto &one : cases) {
        const rs_diagnosis diagnosis = Ask(one.predictions, RS_ORDER_IMAGEFOLDER);
        EXPECT_TRUE(diagnosis.found);
        EXPECT_NEAR(diagnosis.accuracy, 0.80, 0.01);
        EXPECT_NE(std::string(diagnosis.text).find(one.text), std::string::npos) << diagnosis.text;
    }
}

TEST_F(Diagnose, guesses_stay_unexplained)
{
    rs_random random = rs_random_make(8, 0);
    std::vector<int32_t> guesses;
    for (uint32_t i = 0; i < rows; ++i) {
        guesses.push_back(static_cast<int32_t>(rs_random_below(&random, classes)));
    }
    EXPECT_FALSE(Ask(guesses).found);
    EXPECT_FALSE(Ask(std::vector<int32_t>(rows, -1)).found);
}

// What is the last of all classes is asked about beside what is the first: alone it says nothing.
TEST_F(Diagnose, values_the_wrong_way_round)
{
    rs_random random = rs_random_make(9, 0);
    std::vector<int32_t> guesses, folders;
    for (uint32_t i = 0; i < rows; ++i) {
        guesses.push_back(static_cast<int32_t>(rs_random_below(&random, classes)));
    }
    folders = Reordered(SortedImages([](int32_t a, int32_t b) { return a < b; }));
    const auto ask = [&](const std::vector<int32_t> &first, const int32_t *last) {
        rs_diagnosis diagnosis = {};
        rs_error error = {};
        const rs_doubted_pass pass = {nullptr, first.data(), 1, last};
        EXPECT_EQ(rs_diagnose(labels, &pass, &diagnosis, &error), RS_OK) << error.reason;
        return diagnosis;
    };
    EXPECT_FALSE(ask(guesses, nullptr).found);
    EXPECT_FALSE(ask(guesses, guesses.data()).found);
    EXPECT_NE(ask(good, guesses.data()).finding, RS_FINDING_REVERSED); // one in 5 is a guess
    const rs_diagnosis reversed = ask(guesses, good.data());
    EXPECT_EQ(reversed.finding, RS_FINDING_REVERSED) << reversed.text;
    EXPECT_NEAR(reversed.accuracy, 0.8, 0.03);
    EXPECT_STREQ(reversed.option, "");
    const rs_diagnosis both = ask(guesses, folders.data());
    EXPECT_EQ(both.finding, RS_FINDING_REVERSED) << both.text;
    EXPECT_NE(std::string(both.text).find("use RS_ORDER_IMAGEFOLDER"), std::string::npos)
        << both.text;
}

TEST_F(Diagnose, rows_of_which_a_part_are_guesses)
{
    rs_random random = rs_random_make(10, 0);
    std::vector<int32_t> answers = good;
    for (uint32_t i = rows / 2; i < rows; ++i) {
        answers[i] = static_cast<int32_t>(rs_random_below(&random, classes));
    }
    const rs_diagnosis diagnosis = Ask(answers);
    EXPECT_EQ(diagnosis.finding, RS_FINDING_SOME_ROWS) << diagnosis.text;
    EXPECT_NE(std::string(diagnosis.text).find(" are right in "), std::string::npos);
}

// The last rows of class folders: of the last classes, and answered as any. A model that does not
// know them answers a few others.
TEST_F(Diagnose, a_last_batch_of_class_folders)
{
    const auto folders = SortedImages([](int32_t a, int32_t b) { return a < b; });
    rs_random random = rs_random_make(12, 0);
    std::vector<int32_t> stale = Reordered(folders);
    std::vector<int32_t> unknown = stale;
    for (uint32_t i = rows - 80; i < rows; ++i) {
        stale[i] = static_cast<int32_t>(7 * i % classes);
        unknown[i] = static_cast<int32_t>(rs_random_below(&random, 9)) * 20;
    }
    const rs_diagnosis diagnosis = Ask(stale, RS_ORDER_IMAGEFOLDER);
    EXPECT_EQ(diagnosis.finding, RS_FINDING_SOME_ROWS) << diagnosis.text;
    EXPECT_EQ(std::string(diagnosis.text).find("rows 19"), 0u) << diagnosis.text;
    const rs_diagnosis sound = Ask(unknown, RS_ORDER_IMAGEFOLDER);
    EXPECT_FALSE(sound.found) << sound.text;
}

// Images without a label are no evidence, however many stand one behind the other.
TEST_F(Diagnose, guesses_beside_images_without_labels)
{
    rs_random random = rs_random_make(12, 0);
    std::vector<int32_t> answers = good, known = original;
    std::fill(known.begin(), known.begin() + rows / 2, -1);
    for (uint32_t i = rows - 400; i < rows; ++i) {
        answers[i] = static_cast<int32_t>(rs_random_below(&random, classes));
    }
    rs_labels_free(labels);
    rs_error error = {};
    ASSERT_EQ(rs_labels_create(rows, classes, known.data(), nullptr, nullptr, &labels, &error),
              RS_OK)
        << error.reason;
    const rs_diagnosis diagnosis = Ask(answers);
    EXPECT_EQ(diagnosis.finding, RS_FINDING_SOME_ROWS) << diagnosis.text;
    EXPECT_NE(std::string(diagnosis.text).find("rows 1600 to 1999"), std::string::npos)
        << diagnosis.text;
}

// Class by class, a model that lacks some classes is as bad as guesses are from row to row; its
// answers there are other classes than those of the rows, so that these are no shuffled ones.
TEST_F(Diagnose, classes_that_a_model_lacks_are_no_guesses)
{
    enum : uint32_t { EACH = 20, FIRST = 60, END = 80 };
    std::vector<int32_t> sorted, lacking, shuffled;
    rs_random random = rs_random_make(11, 0);
    for (uint32_t i = 0; i < classes * EACH; ++i) {
        const auto label = static_cast<int32_t>(i / EACH);
        const bool some = i >= FIRST * EACH && i < END * EACH;
        sorted.push_back(label);
        const uint64_t other = 1 + rs_random_below(&random, END - FIRST - 1);
        const uint64_t within = FIRST + (i / EACH - FIRST + other) % (END - FIRST);
        lacking.push_back(some ? static_cast<int32_t>(within + END - FIRST) : label);
        shuffled.push_back(some ? static_cast<int32_t>(within) : label);
    }
    rs_labels_free(labels);
    rs_error error = {};
    ASSERT_EQ(
        rs_labels_create(sorted.size(), classes, sorted.data(), nullptr, nullptr, &labels, &error),
        RS_OK)
        << error.reason;
    const rs_diagnosis found = Ask(lacking);
    EXPECT_FALSE(found.found) << found.text;
    EXPECT_EQ(Ask(shuffled).finding, RS_FINDING_SOME_ROWS);
}

// The rows behind an image that was lost, or was written twice: every image has one row, and where
// the rows end is whose row is missing or left over.
TEST_F(Diagnose, a_row_lost_and_a_row_doubled)
{
    std::vector<uint32_t> all(rows);
    std::iota(all.begin(), all.end(), 0u);
    std::vector<uint32_t> lost = all;
    lost.erase(lost.begin() + 1000);
    lost.push_back(1000);
    const rs_diagnosis early = Ask(Reordered(lost));
    ASSERT_TRUE(early.found) << early.text;
    EXPECT_EQ(early.accuracy, Right(all)) << early.text;
    EXPECT_NE(std::string(early.text)
                  .find("at row 1000 or shortly before: all behind it are one "
                        "too early; that gives 80.15 %"),
              std::string::npos)
        << early.text;
    std::vector<uint32_t> doubled = all;
    doubled.pop_back();
    doubled.insert(doubled.begin() + 1000, rows - 1);
    const rs_diagnosis late = Ask(Reordered(doubled));
    ASSERT_TRUE(late.found) << late.text;
    // found two rows behind it, where it first shows, which costs two images
    EXPECT_EQ(late.accuracy, Right(all) - 2.0 / rows) << late.text;
    EXPECT_NE(std::string(late.text).find("at row 1002 or shortly before: all behind it are one "
                                          "too late; that gives 80.05 %"),
              std::string::npos)
        << late.text;
}

TEST_F(Diagnose, an_order_of_other_labels_is_refused)
{
    rs_labels *fewer = nullptr;
    rs_order *order = nullptr;
    rs_diagnosis diagnosis = {};
    rs_error error = {};
    ASSERT_EQ(rs_labels_create(rows - 1, classes, original.data(), nullptr, nullptr, &fewer,
                               &error),
              RS_OK);
    ASSERT_EQ(rs_order_create(fewer, RS_ORDER_IMAGEFOLDER, nullptr, &order, &error), RS_OK);
    const rs_doubted_pass pass = {order, good.data(), 1, nullptr};
    EXPECT_EQ(rs_diagnose(labels, &pass, &diagnosis, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "an order of other labels: of 1999 images, these have 2000");
    EXPECT_FALSE(diagnosis.found);
    rs_order_free(order);
    rs_labels_free(fewer);
}

TEST(NearChance, limits)
{
    EXPECT_TRUE(rs_near_chance(60, 50000, 1000));
    EXPECT_TRUE(rs_near_chance(0, 50000, 1000));
    EXPECT_FALSE(rs_near_chance(1000, 50000, 1000));
    EXPECT_FALSE(rs_near_chance(0, 0, 1000));
    EXPECT_FALSE(rs_near_chance(0, 99, 1000));
    EXPECT_TRUE(rs_near_chance(0, 100, 1000));
    EXPECT_FALSE(rs_near_chance(1, 1, 1));
}

}  // namespace
