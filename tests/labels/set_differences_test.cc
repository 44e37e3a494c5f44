// Where label sets differ, and in what: against a comparison of whole sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "label_case.h"

extern "C" {
#include "labels/set_differences.h"
}

namespace {

enum { kClasses = 90 };

Labels Make(const std::vector<int32_t> &original, const Sets &sets)
{
    std::vector<uint32_t> begin(1, 0);
    std::vector<int32_t> real(1); // not to be empty
    real.clear();
    for (const std::vector<int32_t> &set : sets) {
        real.insert(real.end(), set.begin(), set.end());
        begin.push_back(static_cast<uint32_t>(real.size()));
    }
    rs_labels *labels = nullptr;
    EXPECT_EQ(rs_labels_create(sets.size(), kClasses, original.data(), begin.data(), real.data(),
                               &labels, nullptr),
              RS_OK);
    return Labels(labels, rs_labels_free);
}

std::vector<int32_t> Draw(size_t count, std::mt19937 &random)
{
    std::vector<int32_t> set(kClasses);
    for (int32_t c = 0; c < kClasses; ++c) {
        set[static_cast<size_t>(c)] = c;
    }
    std::shuffle(set.begin(), set.end(), random);
    set.resize(count);
    std::sort(set.begin(), set.end());
    return set;
}

void Check(const rs_set_differences &of, const std::vector<int32_t> &original, const Sets &first,
           const std::vector<Sets> &sets)
{
    uint32_t index = 0;
    for (size_t i = 0; i < first.size(); ++i) {
        std::vector<int32_t> places = first[i];
        bool differs = false;
        for (const Sets &set : sets) {
            differs = differs || set[i] != first[i];
        }
        EXPECT_EQ(rs_differs(of.any, i), differs) << i;
        EXPECT_EQ(rs_differing_index(&of, i, index), index) << i;
        EXPECT_EQ(rs_differing_index(&of, i, 0), index) << i;
        if (!differs) {
            continue;
        }
        const rs_differing_row &row = of.row[index];
        EXPECT_EQ(row.row, i);
        const auto known = std::find(places.begin(), places.end(), original[i]);
        const size_t at = static_cast<size_t>(known - places.begin());
        if (original[i] >= 0 && known == places.end()) {
            places.push_back(original[i]);
        }
        const size_t listed = places.size();
        for (const Sets &set : sets) {
            for (const int32_t label : set[i]) {
                if (std::find(places.begin(), places.end(), label) == places.end()) {
                    places.push_back(label);
                }
            }
        }
        if (places.size() > RS_PLACES) {
            EXPECT_EQ(row.listed, RS_MANY_PLACES) << i;
        } else {
            ASSERT_EQ(row.listed, listed) << i;
            EXPECT_EQ(row.original, original[i] < 0 ? RS_NO_PLACE : at) << i;
            EXPECT_EQ(
                std::vector<int32_t>(of.extra + row.extra_begin,
                                     of.extra + of.row[index + 1].extra_begin),
                std::vector<int32_t>(places.begin() + static_cast<long>(listed), places.end()));
            for (size_t s = 0; s < sets.size(); ++s) {
                uint64_t in_set = 0;
                for (const int32_t label : sets[s][i]) {
                    in_set |= UINT64_C(1)
                              << (std::find(places.begin(), places.end(), label) - places.begin());
                }
                EXPECT_EQ(of.places[index * sets.size() + s], in_set) << i;
            }
        }
        ++index;
    }
    EXPECT_EQ(of.count, index);
    EXPECT_EQ(of.row[index].row, UINT64_MAX);
    for (uint32_t i = 0; i < RS_EXTRAS_BEHIND; ++i) { // some may be looked at together
        const int32_t behind = of.extra[of.row[index].extra_begin + i];
        EXPECT_TRUE(behind >= 0 && behind < kClasses) << behind;
    }
}

TEST(SetDifferences, AsWholeSetsSay)
{
    std::mt19937 random(3);
    for (const size_t rows : {1u, 63u, 64u, 65u, 400u}) {
        for (const size_t count : {1u, 3u}) {
            std::vector<int32_t> original;
            Sets first;
            std::vector<Sets> sets(count);
            std::vector<size_t> largest(count, 0);
            for (size_t i = 0; i < rows; ++i) {
                original.push_back(static_cast<int32_t>(random() % (kClasses + 1)) - 1);
                const size_t size = random() % 8 == 0 ? 58 + random() % 10 : random() % 4;
                first.push_back(Draw(size, random));
                for (size_t s = 0; s < count; ++s) {
                    std::vector<int32_t> set = first[i];
                    if (random() % 3 == 0) {
                        set = Draw(random() % 4, random);
                    } else if (!set.empty() && random() % 4 == 0) {
                        set.pop_back();
                    }
                    largest[s] = std::max(largest[s], set.size());
                    sets[s].push_back(set);
                }
            }
            std::vector<Labels> labels;
            std::vector<const rs_labels *> listed;
            const Labels own = Make(original, first);
            for (const Sets &set : sets) {
                labels.push_back(Make(original, set));
                listed.push_back(labels.back().get());
            }
            rs_set_differences *made = nullptr;
            ASSERT_EQ(rs_set_differences_make(own.get(), listed.data(), count, &made, nullptr),
                      RS_OK);
            Check(*made, original, first, sets);
            EXPECT_EQ(made->first, own.get());
            for (size_t s = 0; s < count; ++s) {
                EXPECT_EQ(made->labels[s], listed[s]);
                EXPECT_EQ(made->largest[s], largest[s]);
            }
            rs_set_differences_free(made);
        }
    }
    rs_set_differences_free(nullptr);
}

} // namespace
