// Tallies in files: what is read is what was written, and nothing else is read.
#include "support/made_tally.h"

#include <cstring>
#include <functional>
#include <string>

#include "support/program.h"

extern "C" {
#include "base/hash.h"
#include "tally/tally_bytes.h"
}

namespace {

using made::Labels;
using made::Predictions;
using made::Tally;

std::string Encoded(const rs_tally *tally, const char *note = nullptr)
{
    rs_text text = {};
    rs_error error = {};
    rs_tally_encode(tally, note, &text);
    EXPECT_EQ(rs_text_check(&text, &error), RS_OK) << error.reason;
    std::string bytes(text.data, text.length);
    rs_text_clear(&text);
    return bytes;
}

struct Decoded {
    explicit Decoded(const std::string &bytes)
    {
        rs_tally *made = reinterpret_cast<rs_tally *>(1);
        char *text = reinterpret_cast<char *>(1);
        status = rs_tally_decode("t.tally", reinterpret_cast<const uint8_t *>(bytes.data()),
                                 bytes.size(), &made, &text, &error);
        tally.reset(made);
        if (text != nullptr) {
            note = text;
        }
        free(text);
    }
    rs_status status;
    rs_error error = {};
    Tally tally;
    std::string note;
};

// The bytes with the checksum that belongs to them.
std::string Sealed(std::string body)
{
    const uint64_t hash = rs_hash(body.data(), body.size());
    for (int i = 0; i < 8; ++i) {
        body.push_back(static_cast<char>(hash >> (8 * i)));
    }
    return body;
}

std::string Body(const std::string &bytes)
{
    return bytes.substr(0, bytes.size() - 8);
}

struct Made {
    explicit Made(uint32_t classes = 7, bool calibration = false)
        : draw(11), labels(made::random_labels(500, classes, 6, draw)),
          predictions(made::random_predictions(labels, draw)),
          shape(made::shape(classes, {1, 3, 5}))
    {
        shape.label_rows = labels.rows();
        shape.labels_hash = 0xfedcba9876543210u;
        shape.calibration = calibration;
    }
    Tally Score(rs_row_range range) const
    {
        return made::score(labels, predictions, range, shape);
    }
    std::mt19937 draw;
    Labels labels;
    Predictions predictions;
    rs_tally_shape shape;
};

TEST(TallyFile, WhatIsReadIsWhatWasWritten)
{
    for (const bool calibration : {false, true}) {
        Made made(7, calibration);
        made.shape.row_flags = true;
        const Tally tally = made.Score({0, 500});
        if (calibration) {
            uint64_t *calib = rs_tally_counters(tally.get()) + tally->layout.calibration;
            calib[RS_CALIB_ROWS] = calib[RS_CALIB_NLL_ROWS] = 490;
            calib[RS_CALIB_NLL_WHOLE] = 490u << 20;
            calib[RS_CALIB_NLL_FRACTION] = 490 * UINT64_C(0xffffffff);
        }
        const std::string bytes = Encoded(tally.get(), "what it is of: 1\n");
        const Decoded read(bytes);
        ASSERT_EQ(read.status, RS_OK) << read.error.reason;
        EXPECT_TRUE(rs_tally_equal(read.tally.get(), tally.get()));
        EXPECT_EQ(rs_tally_rows(read.tally.get()), 500u);
        EXPECT_EQ(read.note, "what it is of: 1\n");
        EXPECT_EQ(Encoded(read.tally.get(), "what it is of: 1\n"), bytes);
    }
}

// The bytes that the version before wrote of a tally.
std::string FirstForm(const rs_tally *tally)
{
    rs_text text = {};
    rs_tally_encode(tally, "of before", &text);
    const std::string now(text.data, text.length);
    rs_text_clear(&text);
    size_t at = std::string("RSTALLY_").size();
    std::string then = std::string("RSTALLY\x01");
    const auto number = [&](bool kept) {
        const size_t begin = at;
        while ((static_cast<unsigned char>(now[at++]) & 0x80) != 0) {
        }
        then += kept ? now.substr(begin, at - begin) : "";
    };
    const auto bytes = [&](size_t count) {
        then += now.substr(at, count);
        at += count;
    };
    const auto numbers = [&](size_t count, bool kept = true) {
        for (size_t i = 0; i < count; ++i) {
            number(kept);
        }
    };
    numbers(1);
    bytes(std::string("of before").size());
    numbers(2 + tally->shape.topk_count + 2);
    bytes(8);
    numbers(2 + 2 * tally->cover.count + RS_FORM_2_SCALARS);
    numbers(RS_COUNT_SCALARS - RS_FORM_2_SCALARS, false);
    for (uint32_t c = 0; c <= tally->shape.classes; ++c) {
        numbers(2);
        numbers(1, false);
        numbers(2 * tally->shape.topk_count);
    }
    numbers(tally->shape.classes * 16u, false);
    if (tally->shape.calibration) {
        numbers(9);
        numbers(6, false);
        numbers(15 * 8);
    }
    then += now.substr(at, now.size() - 8 - 2 - at);
    return Sealed(then);
}

void ForgetWhatFormOneLacks(rs_tally *tally)
{
    for (uint32_t c = 0; c <= tally->shape.classes; ++c) {
        uint64_t *const block = tally->counters + RS_COUNT_SCALARS + c * tally->layout.class_stride;
        block[RS_CLASS_ORACLE_SHARE] = 0;
    }
    std::fill(tally->counters + tally->layout.choice, tally->counters + tally->layout.calibration,
              0);
    tally->form_1_rows = rs_tally_rows(tally);
    tally->form_2_rows = rs_tally_rows(tally);
}

// Files of before the errors were counted are read: what they hold adds up, and is marked.
TEST(TallyFile, TheFirstFormIsReadAndHasNoErrors)
{
    for (const bool calibration : {false, true}) {
        const Made made(7, calibration);
        const Tally first = made.Score({0, 200});
        const Decoded read(FirstForm(first.get()));
        ASSERT_EQ(read.status, RS_OK) << read.error.reason;
        EXPECT_EQ(read.note, "of before");
        EXPECT_EQ(read.tally->form_1_rows, 200u);
        EXPECT_FALSE(rs_tally_equal(read.tally.get(), first.get()));
        ForgetWhatFormOneLacks(first.get());
        EXPECT_TRUE(rs_tally_equal(read.tally.get(), first.get()));
        // with rows of today it is a tally of both
        rs_error error = {};
        ASSERT_EQ(rs_tally_add(read.tally.get(), made.Score({200, 500}).get(), &error), RS_OK);
        const Decoded both(Encoded(read.tally.get(), "both"));
        ASSERT_EQ(both.status, RS_OK) << both.error.reason;
        EXPECT_EQ(both.tally->form_1_rows, 200u);
        EXPECT_EQ(both.tally->form_2_rows, 200u);
        EXPECT_TRUE(rs_tally_equal(both.tally.get(), read.tally.get()));
    }
}

// The second form lacks the counters of sound rows alone.
TEST(TallyFile, TheSecondFormIsReadAndSaysNothingOfValues)
{
    const Made made;
    const Tally tally = made.Score({0, 500});
    std::string bytes = Encoded(tally.get(), "");
    // magic, length of the note, shape, rows; of three counters that are 0 each is a byte
    size_t at = 8 + 1 + 2 + tally->shape.topk_count + 2 + 8 + 2;
    for (size_t numbers = 1 + 2 * tally->cover.count + RS_FORM_2_SCALARS; numbers > 0; ++at) {
        numbers -= (static_cast<unsigned char>(bytes[at]) & 0x80) == 0;
    }
    ASSERT_EQ(bytes.substr(at, 3), std::string(3, '\0'));
    bytes.erase(at, 3);
    bytes.resize(bytes.size() - 8 - 1);
    bytes[7] = '\x02';
    const Decoded read(Sealed(bytes));
    ASSERT_EQ(read.status, RS_OK) << read.error.reason;
    EXPECT_EQ(read.tally->form_2_rows, 500u);
    EXPECT_EQ(read.tally->form_1_rows, 0u);
    tally->form_2_rows = 500;
    EXPECT_TRUE(rs_tally_equal(read.tally.get(), tally.get()));
}

TEST(TallyFile, PartsReadBackAddUpToTheWhole)
{
    const Made made;
    const Tally whole = made.Score({0, 500});
    const Decoded last(Encoded(made.Score({300, 500}).get()));
    const Decoded first(Encoded(made.Score({0, 120}).get()));
    const Decoded middle(Encoded(made.Score({120, 300}).get()));
    rs_error error = {};
    ASSERT_EQ(rs_tally_add(last.tally.get(), first.tally.get(), &error), RS_OK) << error.reason;
    // two ranges with a hole between them are a tally too
    const Decoded holed(Encoded(last.tally.get()));
    ASSERT_EQ(holed.status, RS_OK) << holed.error.reason;
    EXPECT_EQ(rs_tally_rows(holed.tally.get()), 320u);
    ASSERT_EQ(rs_tally_add(holed.tally.get(), middle.tally.get(), &error), RS_OK) << error.reason;
    EXPECT_TRUE(rs_tally_equal(holed.tally.get(), whole.get()));
    EXPECT_EQ(Encoded(holed.tally.get()), Encoded(whole.get()));
    EXPECT_EQ(rs_tally_add(holed.tally.get(), middle.tally.get(), &error), RS_MISMATCH);
}

TEST(TallyFile, LargeSetsAndAnEmptyTallySurvive)
{
    Labels labels(20);
    std::vector<int32_t> all(20);
    for (int32_t c = 0; c < 20; ++c) {
        all[static_cast<size_t>(c)] = c;
    }
    labels.add(3, all);
    labels.add(3, {all.begin(), all.begin() + 9});
    labels.add(19, all);
    rs_tally_shape shape = made::shape(20);
    shape.label_rows = 3;
    const Tally tally = made::score(labels, {{3}, {4}, {}}, shape);
    ASSERT_EQ(tally->large_set_count, 3u);
    const Decoded read(Encoded(tally.get()));
    ASSERT_EQ(read.status, RS_OK) << read.error.reason;
    EXPECT_TRUE(rs_tally_equal(read.tally.get(), tally.get()));

    const Decoded none(Encoded(made::empty(shape).get()));
    ASSERT_EQ(none.status, RS_OK) << none.error.reason;
    EXPECT_EQ(rs_tally_rows(none.tally.get()), 0u);
    EXPECT_EQ(none.note, "");
}

// Written by version 0.1.0: eight rows of four classes, answered [0, 1], [1, 0], [1, 3], [2, 1],
// [2, 0], [0, 3], [0, 2], [2, 0].
std::string OfVersion010()
{
    const std::string hex =
        "040201050200918cf45a9a0f3f290801000800000005040402000002000101020002020203030301"
        "01010203030000010100000000000100010000000000000303030101000100000000030302000101"
        "00000000000100000000000000000000010101010000000000000000000000000000000000000502"
        "00";
    std::string bytes("RSTALLY\x01\0", 9);
    for (size_t i = 0; i < hex.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return Sealed(bytes);
}

TEST(TallyFile, ReadsWhatVersion010Wrote)
{
    const Decoded old(OfVersion010());
    ASSERT_EQ(old.status, RS_OK) << old.error.reason;
    Labels labels(4);
    labels.add(0, {0});
    labels.add(0, {0, 1});
    labels.add(1, {1, 2});
    labels.add(1, {1, 2, 3});
    labels.add(2, {});
    labels.add(3, {3});
    labels.add(0, {0, 1, 2, 3});
    labels.add(1, {0, 2});
    const Predictions answers = {{0, 1}, {1, 0}, {1, 3}, {2, 1}, {2, 0}, {0, 3}, {0, 2}, {2, 0}};
    const Tally now = made::score(labels, answers, *rs_tally_get_shape(old.tally.get()));
    ForgetWhatFormOneLacks(now.get());
    EXPECT_EQ(now->form_1_rows, 8u);
    EXPECT_TRUE(rs_tally_equal(old.tally.get(), now.get()));
}

TEST(TallyFile, SavesAndLoadsByPath)
{
    TemporaryFolder folder;
    const Made made;
    const Tally tally = made.Score({0, 500});
    rs_error error = {};
    const std::string path = folder.path("a.tally");
    ASSERT_EQ(rs_tally_save(tally.get(), "n", path.c_str(), &error), RS_OK) << error.reason;
    rs_tally *read = nullptr;
    ASSERT_EQ(rs_tally_load(path.c_str(), &read, nullptr, &error), RS_OK) << error.reason;
    const Tally owner(read);
    EXPECT_TRUE(rs_tally_equal(read, tally.get()));
    char *note = nullptr;
    EXPECT_EQ(rs_tally_load(folder.path("none").c_str(), &read, &note, &error), RS_IO);
    EXPECT_EQ(read, nullptr);
    EXPECT_EQ(note, nullptr);
}

TEST(TallyFile, EveryCutAndEveryChangedByteIsSeen)
{
    const std::string bytes = Encoded(Made().Score({0, 500}).get(), "note");
    for (size_t length = 0; length < bytes.size(); ++length) {
        const Decoded read(bytes.substr(0, length));
        ASSERT_NE(read.status, RS_OK) << length;
        ASSERT_EQ(read.tally, nullptr);
    }
    for (size_t at = 0; at < bytes.size(); ++at) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        ASSERT_NE(Decoded(changed).status, RS_OK) << at;
    }
    const Decoded longer(bytes + "x");
    EXPECT_STREQ(longer.error.reason,
                 "the tally is damaged or cut short: its checksum does not hold");
    EXPECT_STREQ(longer.error.file, "t.tally");
}

// With a checksum that holds, so that the parser sees them.
TEST(TallyFile, CutsAndChangesBehindARightChecksumDoNoHarm)
{
    const std::string body = Body(Encoded(Made().Score({0, 500}).get(), "note"));
    for (size_t length = 8; length < body.size(); ++length) {
        const Decoded read(Sealed(body.substr(0, length)));
        ASSERT_EQ(read.status, RS_FORMAT) << length;
    }
    for (size_t at = 8; at < body.size(); ++at) {
        for (const int bits : {0x01, 0x80, 0xff}) {
            std::string changed = body;
            changed[at] = static_cast<char>(changed[at] ^ bits);
            const Decoded read(Sealed(changed));
            if (read.status == RS_OK) { // another tally, which has one form as well
                ASSERT_EQ(Encoded(read.tally.get(), read.note.c_str()), Sealed(changed)) << at;
            }
        }
    }
}

TEST(TallyFile, OtherFilesAreRefused)
{
    EXPECT_STREQ(Decoded("").error.reason, "this is no tally of reassess");
    EXPECT_STREQ(Decoded("{\"schema\":1}").error.reason, "this is no tally of reassess");
    const Decoded newer(std::string("RSTALLY\x04") + std::string(16, '\0'));
    EXPECT_EQ(newer.status, RS_UNSUPPORTED);
    EXPECT_STREQ(newer.error.reason, "the tally has form 4, this version reads forms 1 to 3");
    EXPECT_EQ(Decoded(std::string("RSTALLY\0", 8) + std::string(16, '\0')).status, RS_UNSUPPORTED);
    EXPECT_STREQ(Decoded(Sealed(std::string("RSTALLY\x01") + "\xff\xff\xff\xff\x0f")).error.reason,
                 "the note is longer than the file");
    EXPECT_STREQ(
        Decoded(Sealed(std::string("RSTALLY\x01") + std::string("\x01\0", 2))).error.reason,
        "the note is no text");
    // 65,536 classes in a file of few bytes: no memory is taken on its word
    const Decoded large(Sealed(std::string("RSTALLY\x01") +
                               std::string("\0\x80\x80\x04\x01\x01\x05\0", 8) +
                               std::string(8, 'h') + "\x05" + std::string(40, '\0')));
    EXPECT_STREQ(large.error.reason, "the tally ends too early");
    const Decoded none(Sealed(std::string("RSTALLY\x01") + std::string("\0\0\x01\x01\x05\0", 6) +
                              std::string(8, 'h') + "\x05" + std::string(400, '\0')));
    EXPECT_STREQ(none.error.reason, "0 classes; there can be 1 to 65536");
}

TEST(TallyFile, CountersThatNoRowsGiveAreRefused)
{
    using Change = std::function<void(rs_tally *)>;
    const size_t first_class = RS_COUNT_SCALARS;
    const std::vector<std::pair<Change, std::string>> cases = {
        {[](rs_tally *t) { t->counters[RS_COUNT_NAN_ROWS] = 501; },
         "a counter is larger than the number of its rows (501 of 500)"},
        {[](rs_tally *t) { t->rows_with_2 = 501; }, "there are more sets than rows (501 of 500)"},
        {[](rs_tally *t) { t->rows_with_3 = t->rows_with_2 + 1; },
         "there are more large sets than sets"},
        {[](rs_tally *t) { t->counters[RS_COUNT_2_SECOND] = t->rows_with_2 + 1; },
         "a counter is larger than the number of its rows"},
        {[](rs_tally *t) {
             t->counters[RS_COUNT_2_FIRST_SECOND] = t->counters[RS_COUNT_2_SECOND] + 1;
         },
         "further predictions are right more often than their condition holds"},
        {[](rs_tally *t) { t->counters[RS_COUNT_DIFFER_BOTH] = 500; },
         "there are more disagreements than rows"},
        {[](rs_tally *t) { t->labels[2].images += 1; }, "the classes do not add up (501 of 500)"},
        {[](rs_tally *t) { t->labels[2].nonempty = t->labels[2].images + 1; },
         "a class has more sets than rows"},
        {[](rs_tally *t) { t->labels[2].in_set += 1; }, "set sizes do not add up"},
        {[](rs_tally *t) { t->labels[2].by_size[0] += 1; }, "set sizes do not add up"},
        {[=](rs_tally *t) { t->counters[first_class + RS_CLASS_FIXED] = 499; },
         "a class has more rows right than rows"},
        {[=](rs_tally *t) { t->counters[first_class + RS_CLASS_ORACLE_CORRECT] = 499; },
         "a class has more rows right than rows"},
        {[=](rs_tally *t) {
             t->counters[first_class + RS_CLASS_ORACLE_SHARE] = UINT64_C(501) << 32;
         },
         "shares of more than one"},
        {[](rs_tally *t) { t->form_1_rows = 501; }, ""},
        {[](rs_tally *t) { t->form_2_rows = 501; }, ""},
        {[](rs_tally *t) { t->counters[RS_COUNT_LOOKED_TIED_ROWS] = 1; },
         "there are more ties than rows in which they were looked for (1 of 0)"},
        {[](rs_tally *t) { t->counters[t->layout.calibration + RS_CALIB_NLL_FAR] = 1; },
         "there are more squares than rows (1 of 0)"},
        {[](rs_tally *t) {
             t->counters[t->layout.choice - 4] = 1; // unknown labels cannot be met
         },
         "a class has more rows right than rows"},
        {[](rs_tally *t) { t->counters[rs_tally_choice_index(&t->layout, 3) + 7] += 1; },
         "a class has more valid choices than sets of their size (1 of 0)"},
        {[](rs_tally *t) { t->counters[rs_tally_choice_index(&t->layout, 3) + 15] += 1; },
         "a class has more valid choices than sets of their size (1 of 0)"},
        {[](rs_tally *t) { t->counters[rs_tally_choice_index(&t->layout, 3)] = 499; },
         "a class has more choices of the original label than choices"},
        {[](rs_tally *t) {
             uint64_t *const three = t->counters + rs_tally_class_index(&t->layout, 3);
             three[RS_CLASS_ORACLE_CORRECT] = three[RS_CLASS_ORACLE_SHARE] = 0;
         },
         "a class has more choices of the original label than rows right"},
        {[](rs_tally *t) {
             t->counters[RS_COUNT_2_FIRST] = t->counters[RS_COUNT_2_FIRST_SECOND];
         },
         "there are more valid choices than first predictions in a set"},
        {[](rs_tally *t) {
             t->counters[t->layout.calibration + RS_CALIB_CONFIDENCE_FRACTION] =
                 500 * UINT64_C(4294967296) + 1;
         },
         "a sum is larger than its rows can give"},
        {[](rs_tally *t) {
             t->counters[t->layout.calibration + RS_CALIB_SCALARS + RS_BIN_CORRECT] = 1;
         },
         "a bin has more rows right than rows (1 of 0)"},
    };
    for (const auto &[change, reason] : cases) {
        const Tally tally = Made(7, true).Score({0, 500});
        change(tally.get());
        const Decoded read(Encoded(tally.get()));
        EXPECT_EQ(read.status, RS_FORMAT) << reason;
        const std::string wanted = reason.empty()
                                       ? "a number is larger than it can be here"
                                       : "the counters contradict each other: " + reason;
        EXPECT_EQ(std::string(read.error.reason).substr(0, wanted.size()), wanted);
    }
}

} // namespace
