// Tallies: what they refuse, what the labels' counts are, that parts add up in any order.
#include "support/made_tally.h"

#include <cstring>
#include <numeric>

namespace {

using made::Labels;
using made::Predictions;
using made::Tally;

std::string refused(rs_tally_shape shape, rs_status expected)
{
    rs_tally *tally = reinterpret_cast<rs_tally *>(1);
    rs_error error = {};
    EXPECT_EQ(rs_tally_create(&shape, &tally, &error), expected);
    EXPECT_EQ(tally, nullptr);
    EXPECT_EQ(error.status, expected);
    return error.reason;
}

TEST(LookMask, LeavesAtMost1024RowsAndHalfOfThatOfMore)
{
    for (const uint64_t rows : {1u, 1024u, 1025u, 2047u, 2048u, 2049u, 4097u, 50000u, 50001u}) {
        const uint32_t mask = rs_look_mask(rows);
        uint64_t looked = 0;
        for (uint64_t i = 0; i < rows; ++i) {
            looked += (i & mask) == 0;
        }
        EXPECT_EQ(mask & (mask + 1), 0u) << rows;
        EXPECT_LE(looked, 1024u) << rows;
        EXPECT_GT(looked, rows <= 1024 ? rows - 1 : 512u) << rows;
    }
    EXPECT_EQ(rs_look_mask(UINT64_C(1) << 32), (UINT32_C(1) << 22) - 1);
}

TEST(TallyCreate, RefusesShapesThatCannotBe)
{
    EXPECT_EQ(refused(made::shape(0, {1}, 1), RS_RANGE), "0 classes; there can be 1 to 65536");
    EXPECT_EQ(refused(made::shape(65537), RS_RANGE), "65537 classes; there can be 1 to 65536");
    EXPECT_EQ(refused(made::shape(10, {}), RS_RANGE), "0 values of K; there can be 1 to 16");
    EXPECT_EQ(refused(made::shape(10, {5}), RS_USAGE), "the smallest K must be 1, not 5");
    EXPECT_EQ(refused(made::shape(10, {1, 5, 5}), RS_USAGE),
              "the values of K must ascend: 5 follows 5");
    rs_tally_shape many = made::shape(10);
    many.topk_count = 17;
    EXPECT_EQ(refused(many, RS_RANGE), "17 values of K; there can be 1 to 16");
    rs_tally_shape shallow = made::shape(10);
    shallow.depth = 0;
    EXPECT_EQ(refused(shallow, RS_RANGE), "no rank is known (depth 0)");
}

TEST(TallyCreate, StartsAtZeroWithTheShapeItWasGiven)
{
    rs_tally_shape shape = made::shape(65536, {1, 2, 10});
    shape.calibration = true;
    shape.topk[9] = 77; // beyond topk_count: no meaning
    const Tally tally = made::empty(shape);
    EXPECT_EQ(rs_tally_get_shape(tally.get())->classes, 65536u);
    EXPECT_EQ(rs_tally_get_shape(tally.get())->topk[2], 10u);
    EXPECT_EQ(rs_tally_get_shape(tally.get())->topk[9], 0u);
    const rs_tally_layout *layout = &tally->layout;
    EXPECT_EQ(layout->counters, 18u + 65537u * 9u + 65536u * 16u + 15u + 15u * 8u);
    const uint64_t *counters = rs_tally_counters(tally.get());
    EXPECT_TRUE(std::all_of(counters, counters + layout->counters,
                            [](uint64_t counter) { return counter == 0; }));
    EXPECT_EQ(rs_tally_rows(tally.get()), 0u);
    rs_tally_free(nullptr);
}

std::vector<std::pair<uint32_t, uint64_t>> sizes_of(const rs_tally *tally, uint32_t class_index)
{
    std::vector<rs_set_count> room(rs_tally_set_counts_max(tally));
    room.resize(rs_tally_set_counts(tally, class_index, room.data()));
    std::vector<std::pair<uint32_t, uint64_t>> sizes;
    for (const rs_set_count &entry : room) {
        EXPECT_EQ(entry.class_index, class_index);
        sizes.emplace_back(entry.size, entry.rows);
    }
    return sizes;
}

TEST(TallyCountLabels, CountsByHand)
{
    Labels labels(40);
    std::vector<int32_t> twelve;
    for (int32_t c = 3; c < 15; ++c) {
        twelve.push_back(c);
    }
    labels.add(3, {3});
    labels.add(3, {3, 7});
    labels.add(3, {7, 3});
    labels.add(3, {2, 4});             // y not in R
    labels.add(3, {});                 // empty
    labels.add(RS_CLASS_UNKNOWN, {1}); // unknown
    labels.add(RS_CLASS_UNKNOWN, {1, 2, 3});
    labels.add(3, twelve);
    labels.add(14, twelve);
    labels.add(3, twelve);
    labels.add(39, {39, 38, 37});
    const rs_label_view view = labels.view();
    Tally tally = made::empty(made::shape(40));
    ASSERT_EQ(rs_tally_count_labels(tally.get(), &view, {0, labels.rows()}, nullptr), RS_OK);

    const rs_label_counts &three = tally->labels[3];
    EXPECT_EQ(three.images, 7u);
    EXPECT_EQ(three.nonempty, 6u);
    EXPECT_EQ(three.in_set, 5u);
    const std::vector<std::pair<uint32_t, uint64_t>> sizes = {{1, 1}, {2, 2}, {12, 2}};
    EXPECT_EQ(sizes_of(tally.get(), 3), sizes);
    const std::vector<std::pair<uint32_t, uint64_t>> fourteen = {{12, 1}};
    EXPECT_EQ(sizes_of(tally.get(), 14), fourteen);
    EXPECT_TRUE(sizes_of(tally.get(), 4).empty());
    EXPECT_EQ(tally->labels[40].images, 2u);
    EXPECT_EQ(tally->labels[40].nonempty, 2u);
    EXPECT_EQ(tally->labels[40].in_set, 0u);
    EXPECT_EQ(tally->rows_with_2, 8u);
    EXPECT_EQ(tally->rows_with_3, 5u);
    EXPECT_EQ(rs_tally_rows(tally.get()), 11u);
}

// Sets of `sizes`, all with y = 3, and whether the first prediction of each is in it.
std::vector<std::pair<uint32_t, uint64_t>> choices_of(const std::vector<uint32_t> &sizes,
                                                      const std::vector<bool> &met)
{
    Labels labels(40);
    Predictions answers;
    for (size_t i = 0; i < sizes.size(); ++i) {
        std::vector<int32_t> set;
        for (uint32_t c = 0; c < sizes[i]; ++c) {
            set.push_back(static_cast<int32_t>(c + 3));
        }
        labels.add(3, set);
        answers.push_back({met[i] ? static_cast<int32_t>(3 + i % 2) : 0});
    }
    const Tally tally = made::score(labels, answers, made::shape(40));
    std::vector<rs_set_count> room(rs_tally_choice_counts_max(tally.get()));
    room.resize(rs_tally_choice_counts(tally.get(), 3, room.data()));
    std::vector<std::pair<uint32_t, uint64_t>> rows;
    for (const rs_set_count &entry : room) {
        EXPECT_EQ(entry.class_index, 3u);
        rows.emplace_back(entry.size, entry.rows);
    }
    return rows;
}

TEST(TallyChoice, SizesAreThoseOfTheRowsThatWereMet)
{
    using Rows = std::vector<std::pair<uint32_t, uint64_t>>;
    EXPECT_EQ(choices_of({1, 2, 2, 5, 9, 15}, {true, true, false, true, true, true}),
              (Rows{{2, 1}, {5, 1}, {9, 1}, {15, 1}}));
    // 16 and more are told apart by the labels: all of them, or one size only
    EXPECT_EQ(choices_of({16, 20, 30}, {true, true, true}), (Rows{{16, 1}, {20, 1}, {30, 1}}));
    EXPECT_EQ(choices_of({20, 20, 20}, {true, false, true}), (Rows{{20, 2}}));
    // and else the smallest
    EXPECT_EQ(choices_of({16, 20, 20, 30}, {false, false, true, true}), (Rows{{16, 1}, {20, 1}}));
    EXPECT_TRUE(choices_of({1, 20}, {true, false}).empty());
}

TEST(TallyChoice, OnlyRowsWithTheLabelInTheirSetCount)
{
    Labels labels(5);
    labels.add(0, {0, 1});                // says y
    labels.add(0, {0, 1, 2});             // says another valid one
    labels.add(0, {0, 1});                // wrong
    labels.add(0, {1, 2});                // y not in R
    labels.add(0, {0});                   // no choice
    labels.add(RS_CLASS_UNKNOWN, {0, 1}); // no y
    labels.add(0, {0, 1});                // invalid
    labels.add(4, {3, 4});
    const Predictions answers = {{0}, {2}, {4}, {1}, {0}, {0}, {}, {3}};
    const Tally tally = made::score(labels, answers, made::shape(5));
    const uint64_t *const choice = tally->counters + tally->layout.choice;
    EXPECT_EQ(std::vector<uint64_t>(choice, choice + 4), (std::vector<uint64_t>{1, 1, 1, 0}));
    const uint64_t *const last = tally->counters + rs_tally_choice_index(&tally->layout, 4);
    EXPECT_EQ(std::vector<uint64_t>(last, last + 3), (std::vector<uint64_t>{0, 1, 0}));
    EXPECT_EQ(std::accumulate<const uint64_t *>(choice, tally->counters + tally->layout.calibration,
                                                UINT64_C(0)),
              4u);
}

TEST(TallyCountLabels, RefusesWhatDoesNotFitAndStaysAsItWas)
{
    std::mt19937 draw(5);
    const Labels labels = made::random_labels(100, 12, 11, draw);
    const rs_label_view view = labels.view();
    Tally tally = made::empty(made::shape(12));
    Tally before = made::empty(made::shape(12));
    for (rs_tally *each : {tally.get(), before.get()}) {
        ASSERT_EQ(rs_tally_count_labels(each, &view, {20, 50}, nullptr), RS_OK);
    }
    rs_error error = {};
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, {49, 60}, &error), RS_MISMATCH);
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 49u);
    EXPECT_STREQ(error.reason, "this row is counted twice");
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, {0, 100}, &error), RS_MISMATCH);
    EXPECT_EQ(error.place.at, 20u);
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, {90, 101}, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "rows 90:101 of labels of 100 rows");
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, {60, 59}, &error), RS_RANGE);
    rs_label_view other = view;
    other.classes = 13;
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &other, {0, 1}, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "labels of 13 classes for a tally of 12");
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, {30, 30}, &error), RS_OK); // no rows
    EXPECT_TRUE(rs_tally_equal(tally.get(), before.get()));
}

TEST(TallyAdd, RefusesOtherShapes)
{
    const rs_tally_shape base = made::shape(10);
    struct Case {
        const char *differs;
        void (*change)(rs_tally_shape *);
    };
    const Case cases[] = {
        {"numbers of classes", [](rs_tally_shape *s) { s->classes = 11; }},
        {"labels", [](rs_tally_shape *s) { s->labels_hash = 1; }},
        {"labels", [](rs_tally_shape *s) { s->label_rows = 1; }},
        {"values of K", [](rs_tally_shape *s) { s->topk[1] = 4; }},
        {"values of K", [](rs_tally_shape *s) { s->topk_count = 1; }},
        {"depths of the ranks", [](rs_tally_shape *s) { s->depth = 5; }},
        {"choices of calibration", [](rs_tally_shape *s) { s->calibration = true; }},
        {"choices of row flags", [](rs_tally_shape *s) { s->row_flags = true; }},
    };
    for (const Case &each : cases) {
        rs_tally_shape shape = base;
        each.change(&shape);
        const Tally sum = made::empty(base);
        const Tally part = made::empty(shape);
        rs_error error = {};
        EXPECT_EQ(rs_tally_add(sum.get(), part.get(), &error), RS_MISMATCH);
        EXPECT_EQ(std::string(error.reason),
                  std::string("the parts have different ") + each.differs);
        EXPECT_FALSE(rs_tally_equal(sum.get(), part.get()));
    }
}

TEST(TallyAdd, RefusesARowCountedTwiceAndStaysAsItWas)
{
    std::mt19937 draw(6);
    const Labels labels = made::random_labels(60, 12, 11, draw);
    const Predictions predictions = made::random_predictions(labels, draw);
    const rs_tally_shape shape = made::shape(12);
    const Tally sum = made::score(labels, predictions, {0, 30}, shape);
    const Tally before = made::score(labels, predictions, {0, 30}, shape);
    const Tally part = made::score(labels, predictions, {29, 60}, shape);
    rs_error error = {};
    EXPECT_EQ(rs_tally_add(sum.get(), part.get(), &error), RS_MISMATCH);
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 29u);
    EXPECT_STREQ(error.advice, "the row ranges of the parts overlap; give each row once");
    EXPECT_TRUE(rs_tally_equal(sum.get(), before.get()));
    EXPECT_EQ(rs_tally_add(sum.get(), sum.get(), nullptr), RS_MISMATCH);
}

TEST(TallyAdd, AnySplitInAnyOrderIsTheSameTally)
{
    std::mt19937 draw(7);
    const rs_tally_shape shape = made::shape(20, {1, 2, 5});
    for (int trial = 0; trial < 50; ++trial) {
        const Labels labels = made::random_labels(200, 20, 14, draw);
        const Predictions predictions = made::random_predictions(labels, draw);
        const Tally whole = made::score(labels, predictions, shape);

        std::vector<uint64_t> cuts = {0, labels.rows()};
        for (int i = 0; i < trial % 12; ++i) {
            cuts.push_back(draw() % (labels.rows() + 1));
        }
        std::sort(cuts.begin(), cuts.end());
        std::vector<rs_row_range> parts;
        for (size_t i = 1; i < cuts.size(); ++i) {
            parts.push_back({cuts[i - 1], cuts[i]});
        }
        std::shuffle(parts.begin(), parts.end(), draw);
        const Tally sum = made::empty(shape);
        for (const rs_row_range &part : parts) {
            const Tally scored = made::score(labels, predictions, part, shape);
            ASSERT_EQ(rs_tally_add(sum.get(), scored.get(), nullptr), RS_OK);
        }
        EXPECT_TRUE(rs_tally_equal(sum.get(), whole.get()));
        EXPECT_EQ(rs_tally_rows(sum.get()), labels.rows());
    }
}

TEST(TallyEqual, SeesEveryDifference)
{
    std::mt19937 draw(8);
    Labels labels = made::random_labels(50, 12, 4, draw);
    labels.add(2, {0, 1, 2, 3, 4, 5, 6, 7, 8});
    const Predictions predictions = made::random_predictions(labels, draw);
    const rs_tally_shape shape = made::shape(12);
    const Tally a = made::score(labels, predictions, shape);
    const Tally b = made::score(labels, predictions, shape);
    ASSERT_TRUE(rs_tally_equal(a.get(), b.get()));
    uint64_t *const numbers[] = {&b->counters[b->layout.counters - 1],
                                 &b->labels[12].images,
                                 &b->labels[0].by_size[7],
                                 &b->rows_with_2,
                                 &b->rows_with_3,
                                 &b->large_sets[0].rows,
                                 &b->cover.range[0].end};
    for (uint64_t *number : numbers) {
        *number += 1;
        EXPECT_FALSE(rs_tally_equal(a.get(), b.get()));
        *number -= 1;
    }
    EXPECT_TRUE(rs_tally_equal(a.get(), b.get()));
}

} // namespace
