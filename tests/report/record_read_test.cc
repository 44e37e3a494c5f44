// Records as written by eval, read back: every field, and what is refused.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "support/program.h"

extern "C" {
#include "report/record_read.h"
}

namespace {

std::string Corpus(const std::string &name)
{
    return ReadFile(std::string(RS_TEST_SOURCES) + "/tests/fuzz/corpus/record/" + name);
}

class Saved {
  public:
    explicit Saved(const std::string &text)
    {
        status = rs_record_parse("NAME.json", text.data(), text.size(), &record, &error);
    }
    ~Saved()
    {
        rs_record_clear(&record);
    }
    Saved(const Saved &) = delete;
    Saved &operator=(const Saved &) = delete;

    rs_record record = {};
    rs_error error = {};
    rs_status status = RS_OK;
};

TEST(RecordRead, every_field_of_a_record)
{
    const Saved saved(Corpus("whole"));
    ASSERT_EQ(saved.status, RS_OK) << saved.error.reason;
    const rs_record &record = saved.record;
    EXPECT_STREQ(record.model, "resnet50");
    EXPECT_STREQ(record.tool_version, "0.1.0");
    EXPECT_STREQ(record.tool_commit, "0123456789ab");
    EXPECT_STREQ(record.input.path, "resnet50.npy");
    EXPECT_EQ(record.input.parts, nullptr);
    EXPECT_STREQ(record.input.format, "npy");
    EXPECT_EQ(record.input.content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(record.input.dtype, RS_DTYPE_I32);
    EXPECT_EQ(record.input.rows, 50000u);
    EXPECT_EQ(record.input.classes, 5u);
    EXPECT_EQ(record.input.bytes, 2000000u);
    EXPECT_STREQ(record.input.order, "imagefolder");
    EXPECT_FALSE(record.input.has_row_range);
    EXPECT_FALSE(record.input.has_hash);
    EXPECT_STREQ(record.labels.real, "real.json");
    EXPECT_STREQ(record.labels.original, "original.txt");
    EXPECT_EQ(record.labels.images, 50000u);
    EXPECT_EQ(record.labels.evaluated, 46837u);
    EXPECT_EQ(record.labels.hash, 0x70eff131ac8cb177u);
    EXPECT_FALSE(record.labels.synthetic);
    ASSERT_EQ(record.metric_count, 5u);
    EXPECT_STREQ(record.metric[0].name, "imagenet_top1");
    const rs_metric *real = rs_record_metric(&record, "real_top1");
    ASSERT_NE(real, nullptr);
    EXPECT_EQ(real->value, 0.8198219356491663);
    EXPECT_EQ(real->correct, 38398u);
    EXPECT_EQ(real->total, 46837u);
    EXPECT_EQ(real->stderr_value, 0.001775890527496424);
    EXPECT_EQ(real->ci95_low, 0.8163150691976133);
    EXPECT_EQ(real->ci95_high, 0.8232763443413159);
    EXPECT_FALSE(real->macro);
    const rs_metric *macro = rs_record_metric(&record, "imagenet_macro_top1");
    ASSERT_NE(macro, nullptr);
    EXPECT_TRUE(macro->macro);
    EXPECT_EQ(rs_record_metric(&record, "no_such"), nullptr);
    EXPECT_EQ(record.oracle.rows, 42164u);
    EXPECT_EQ(record.oracle.expected, 0.9147648712585625);
    EXPECT_EQ(record.oracle.stddev, 0.0009274118730111385);
    EXPECT_EQ(record.oracle.model, 0.8248743003510104);
    EXPECT_EQ(record.oracle.model_correct, 34780u);
    EXPECT_EQ(record.oracle.classes_below_cut, 252u);
    EXPECT_EQ(record.oracle.classes_model_above, 43u);
    EXPECT_EQ(record.oracle.classes_expected_above, 122.29362725996431);
    EXPECT_EQ(record.oracle.classes_significant, 2u);
    EXPECT_EQ(record.oracle.mean_gap, -0.11482858761947548);
    EXPECT_EQ(record.disagreements.total, 10575u);
    EXPECT_EQ(record.disagreements.prediction_only, 1841u);
    EXPECT_EQ(record.disagreements.label_only, 5607u);
    EXPECT_EQ(record.disagreements.both, 1777u);
    EXPECT_EQ(record.disagreements.neither, 1350u);
    EXPECT_EQ(record.disagreements.preference, 0.24718045112781956);
    EXPECT_FALSE(record.calibration.measured);
    EXPECT_EQ(record.nan_rows, 0u);
    EXPECT_FALSE(record.has_row_flags);
    EXPECT_EQ(record.warnings.count, 0u);
    EXPECT_GT(record.timing.score_ms, 0);
    EXPECT_STREQ(record.engine.name, "cpu");
    EXPECT_EQ(record.engine.threads, 2u);
}

TEST(RecordRead, optional_fields)
{
    const Saved saved(Corpus("all_optional"));
    ASSERT_EQ(saved.status, RS_OK) << saved.error.reason;
    const rs_record &record = saved.record;
    ASSERT_EQ(record.input.part_count, 2u);
    EXPECT_STREQ(record.input.parts[1], "b.npy");
    EXPECT_TRUE(record.input.has_row_range);
    EXPECT_EQ(record.input.row_range.begin, 100u);
    EXPECT_EQ(record.input.row_range.end, 50100u);
    EXPECT_TRUE(record.input.has_hash);
    EXPECT_EQ(record.input.hash, 0xdeadbeefu);
    EXPECT_TRUE(record.calibration.measured);
    EXPECT_EQ(record.calibration.nll, 1.3279);
    EXPECT_EQ(record.calibration.real_ece, 0.0221);
    EXPECT_EQ(record.nan_rows, 3u);
    EXPECT_TRUE(record.has_row_flags);
    EXPECT_EQ(record.inf_rows, 1u);
    EXPECT_EQ(record.tied_rows, 22u);
    ASSERT_EQ(record.warnings.count, 2u);
    EXPECT_STREQ(record.warnings.item[0].text, "near chance <b>");
    EXPECT_STREQ(record.warnings.item[1].text, "\u00e9\u4e2d\\\"\n");
}

TEST(RecordRead, a_calibration_error_where_no_label_has_a_likelihood)
{
    const Saved saved(Corpus("ece_without_nll"));
    ASSERT_EQ(saved.status, RS_OK) << saved.error.reason;
    EXPECT_EQ(saved.record.calibration.nll_rows, 0u);
    EXPECT_TRUE(saved.record.calibration.has_ece);
    EXPECT_EQ(saved.record.calibration.ece, 0.0391);
    const Saved empty(Corpus("calibration_empty"));
    ASSERT_EQ(empty.status, RS_OK) << empty.error.reason;
    EXPECT_FALSE(empty.record.calibration.has_ece);
    EXPECT_FALSE(empty.record.calibration.has_real_ece);
}

TEST(RecordRead, numbers_that_are_not_there_keep_their_reason)
{
    const Saved saved(Corpus("no_values"));
    ASSERT_EQ(saved.status, RS_OK) << saved.error.reason;
    EXPECT_EQ(rs_record_metric(&saved.record, "imagenet_top1"), nullptr);
    EXPECT_STREQ(saved.record.metric[0].reason, "no row has an original label");
    EXPECT_STREQ(saved.record.oracle.reason, "none");
    EXPECT_STREQ(saved.record.disagreements.reason, "none");
    EXPECT_EQ(saved.record.labels.original, nullptr);
    EXPECT_EQ(saved.record.tool_commit, nullptr);
}

TEST(RecordRead, takes_what_may_be_missing_or_new)
{
    for (const char *name : {"no_timing", "more_members", "calibration_empty", "missing_timing",
                             "missing_engine", "escapes"}) {
        const Saved saved(Corpus(name));
        EXPECT_EQ(saved.status, RS_OK) << name << ": " << saved.error.reason;
    }
}

TEST(RecordRead, refuses_with_the_member_that_is_wrong)
{
    const struct {
        const char *name, *reason;
    } bad[] = {
        {"bad_value", "real_top1.value is outside its limits"},
        {"bad_correct", "real_top1.correct is larger than can be"},
        {"bad_ci", "real_top1.ci95 is no interval between 0 and 1"},
        {"bad_ci_short", "real_top1.ci95 is not two numbers"},
        {"bad_ci_long", "real_top1.ci95 is not two numbers"},
        {"bad_ci_object", "real_top1.ci95 is not two numbers"},
        {"bad_metric_noname", "metrics. is no metric"},
        {"bad_metric_number", "metrics.a is no metric"},
        {"bad_hash", "labels.hash is no hash"},
        {"bad_hash_upper", "labels.hash is no hash"},
        {"bad_dtype", "input.dtype is no type"},
        {"bad_content", "input.content is neither logits nor predictions"},
        {"bad_rows", "input.rows is no count"},
        {"bad_rows_large", "input.rows is no count"},
        {"bad_row_range", "input.row_range is no range of rows"},
        {"bad_row_range_half", "input.row_range is no range of rows"},
        {"bad_sum", "disagreements.total is not the sum of its parts"},
        {"bad_above", "oracle.classes_model_above is larger than can be"},
        {"bad_warnings", "warnings is no text"},
        {"bad_parts", "input.parts is no array"},
        {"bad_engine", "engine is no object"},
        {"bad_mean_null", "calibration.confidence is null although there are rows"},
        {"bad_ece_null", "calibration.ece is null although there are rows"},
        {"missing_model", "model is missing"},
        {"missing_input", "input is missing"},
        {"missing_labels", "labels is missing"},
        {"missing_metrics", "metrics is missing"},
        {"missing_oracle", "oracle is missing"},
        {"missing_calibration", "calibration is missing"},
        {"text_metrics", "metrics is no object"},
        {"array_labels", "labels is no object"},
        {"array_model", "model is no text"},
        {"missing_schema", "this is no result record: it has no schema"},
        {"bad_schema_number", "this is no result record: it has no schema"},
        {"array", "this is no result record: it has no schema"},
        {"duplicate", "the key \"model\" stands twice in one object"},
        {"truncated", "this is not valid JSON"},
        {"escaped_zero", "a text holds a zero byte (\\u0000)"},
        {"two", "something follows the end of the JSON value"},
    };
    for (const auto &one : bad) {
        const Saved saved(Corpus(one.name));
        EXPECT_EQ(saved.status, RS_FORMAT) << one.name;
        EXPECT_STREQ(saved.error.reason, one.reason) << one.name;
        EXPECT_STREQ(saved.error.file, "NAME.json") << one.name;
        EXPECT_EQ(saved.record.texts, nullptr) << one.name;
    }
}

// Of a stranger's 16 MB: each would be compared with all the others.
TEST(RecordRead, no_more_warnings_than_a_pass_can_have)
{
    for (const size_t count : {16384, 16385}) {
        std::string warnings = "\"a\"";
        for (size_t i = 1; i < count; ++i) {
            warnings += ",\"a\"";
        }
        std::string text = Corpus("whole");
        const size_t at = text.find("\"warnings\":[]");
        ASSERT_NE(at, std::string::npos);
        const Saved saved(text.insert(at + 12, warnings));
        EXPECT_EQ(saved.status, count == 16384 ? RS_OK : RS_FORMAT) << saved.error.reason;
        EXPECT_STREQ(saved.error.reason, count == 16384 ? "" : "warnings are more than can be");
    }
}

// One number of a sound record changed so that the others contradict it.
TEST(RecordRead, a_record_that_contradicts_itself)
{
    const struct {
        const char *is, *becomes, *reason;
    } changes[] = {
        {"\"value\":0.8198219356491663", "\"value\":0.99", "real_top1.value"},
        {"\"value\":0.8198219356491663", "\"value\":0.819821935650", "real_top1.value"},
        {"\"correct\":38398", "\"correct\":38399", "real_top1.value"},
        {"\"stderr\":0.001775890527496424", "\"stderr\":0.0017758906", "real_top1.stderr"},
        {"0.8163150691976133,", "0.8163150692,", "real_top1.ci95"},
        {"0.8232763443413159]", "0.8232763444]", "real_top1.ci95"},
        {"\"empty\":3163", "\"empty\":3162", "labels.empty"},
        {"\"model\":0.8248743003510104", "\"model\":0.83", "oracle.model"},
        {"\"preference\":0.24718045112781956", "\"preference\":0.25",
         "disagreements.preference"},
    };
    const std::string whole = Corpus("whole");
    for (const auto &change : changes) {
        std::string text = whole;
        const size_t at = text.find(change.is);
        ASSERT_NE(at, std::string::npos) << change.is;
        text.replace(at, strlen(change.is), change.becomes);
        const Saved saved(text);
        EXPECT_EQ(saved.status, RS_FORMAT) << change.becomes;
        EXPECT_EQ(saved.error.reason,
                  change.reason + std::string(" contradicts the counts of the record"));
    }
}

// A mean over classes of which none scatters has an interval that does not follow from the record:
// any around the value is taken, also the point that records of before have.
TEST(RecordRead, a_mean_over_classes_that_does_not_scatter)
{
    const std::string whole = Corpus("whole");
    const size_t begin = whole.find("\"imagenet_macro_top1\":{");
    ASSERT_NE(begin, std::string::npos);
    const size_t end = whole.find('}', begin) + 1;
    const struct {
        const char *ends;
        rs_status status;
    } cases[] = {{"[1,1]", RS_OK}, {"[0.9,1]", RS_OK}, {"[0.8,0.9]", RS_FORMAT}};
    for (const auto &given : cases) {
        std::string text = whole;
        text.replace(begin, end - begin,
                     "\"imagenet_macro_top1\":{\"value\":1,\"correct\":null,\"total\":1000,"
                     "\"stderr\":0,\"ci95\":" +
                         std::string(given.ends) + "}");
        const Saved saved(text);
        EXPECT_EQ(saved.status, given.status) << given.ends;
    }
}

TEST(RecordRead, a_bracket_that_contradicts_the_rest)
{
    const struct {
        const char *is, *becomes, *reason;
    } changes[] = {
        {"\"low\":0.8198219356491663", "\"low\":0.82", "real_bracket.low contradicts"},
        {"\"high\":0.8420052522578303", "\"high\":0.85", "real_bracket.high contradicts"},
        {"\"high\":0.8420052522578303", "\"high\":1.85", "real_bracket.high is outside"},
        {"\"total\":46837,\"correct\":38398,\"unasked\"",
         "\"total\":46836,\"correct\":38398,\"unasked\"", "real_bracket.total contradicts"},
        {"\"correct\":38398,\"unasked\"", "\"correct\":38397,\"unasked\"",
         "real_bracket.correct contradicts"},
        {"\"unasked\":1039", "\"unasked\":1038", "real_bracket.high contradicts"},
        {"\"unasked\":1039", "\"unasked\":9000", "real_bracket.unasked contradicts"},
        {"\"unasked\":1039", "\"unasked\":-1", "real_bracket.unasked is no count"},
        {"0.8452803680497768]", "0.8452803690]", "real_bracket.ci95 contradicts"},
        {"0.8452803680497768]", "1.8452803690]", "real_bracket.ci95 is no interval"},
        {"\"at_95\"", "\"at_96\"", "thresholds.at_95 is missing"},
        {"\"correct\":39538", "\"correct\":39539", "at_50.value contradicts"},
        {"\"correct\":39538", "\"correct\":null", "at_50.correct contradicts"},
        {"\"scores_hash\":\"xxh3:", "\"scores_hash\":\"xx:", "real_bracket.scores_hash is no hash"},
    };
    for (const auto &change : changes) {
        std::string text = Corpus("bracket");
        const size_t at = text.find(change.is);
        ASSERT_NE(at, std::string::npos) << change.is;
        text.replace(at, strlen(change.is), change.becomes);
        const Saved saved(text);
        EXPECT_EQ(saved.status, RS_FORMAT) << change.becomes;
        EXPECT_EQ(std::string(saved.error.reason).substr(0, strlen(change.reason)), change.reason)
            << saved.error.reason;
    }
}

TEST(RecordRead, a_choice_that_contradicts_the_rest)
{
    const struct {
        const char *is, *becomes, *reason;
    } changes[] = {
        {"\"rows\":4748", "\"rows\":4747", "choice.rows contradicts"},
        {"\"correct\":2971", "\"correct\":2970", "original.value contradicts"},
        {"\"correct\":2971", "\"correct\":null", "choice.original is not right so often"},
        {"\"z\":25.5", "\"z\":25.6", "choice.z contradicts"},
        {"\"expected\":0.4448", "\"expected\":0.4449", "choice.z contradicts"},
        {"\"stddev\":0.00707", "\"stddev\":0.00708", "choice.z contradicts"},
        {"\"p\":3.33", "\"p\":-3.33", "choice.p is outside"},
        {"\"classes_above\":201", "\"classes_above\":252", "choice.classes_above is larger"},
        {"\"original\":{", "\"originals\":{", "choice.original is missing"},
    };
    for (const auto &change : changes) {
        std::string text = Corpus("choice");
        const size_t at = text.find(change.is, text.find("\"choice\":"));
        ASSERT_NE(at, std::string::npos) << change.is;
        text.replace(at, strlen(change.is), change.becomes);
        const Saved saved(text);
        EXPECT_EQ(saved.status, RS_FORMAT) << change.becomes;
        EXPECT_EQ(std::string(saved.error.reason).substr(0, strlen(change.reason)), change.reason)
            << saved.error.reason;
    }
}

// The last digits of a value differ from processor to processor.
TEST(RecordRead, roundings_are_no_contradiction)
{
    std::string text = Corpus("whole");
    const std::string value = "\"value\":0.8198219356491663";
    text.replace(text.find(value), value.size(), "\"value\":0.8198219356491661");
    EXPECT_EQ(Saved(text).status, RS_OK);
}

TEST(RecordRead, another_schema_is_unsupported)
{
    const Saved saved(Corpus("bad_schema"));
    EXPECT_EQ(saved.status, RS_UNSUPPORTED);
    EXPECT_STREQ(saved.error.reason,
                 "the schema is reassess.result/2, but only reassess.result/1 is read");
    EXPECT_STREQ(saved.error.advice, "score the model again with this version of reassess");
}

TEST(RecordRead, every_cut_of_a_record_is_refused)
{
    const std::string whole = Corpus("whole");
    for (size_t length = 0; length + 2 < whole.size(); ++length) {
        const Saved saved(whole.substr(0, length));
        ASSERT_EQ(saved.status, RS_FORMAT) << length;
    }
}

TEST(RecordRead, a_file_that_is_not_there_and_one_too_large)
{
    rs_record record;
    rs_error error = {};
    const TemporaryFolder folder;
    EXPECT_EQ(rs_record_load(folder.path("none.json").c_str(), &record, &error), RS_IO);
    const std::string large(RS_RECORD_BYTES_MAX + 1, ' ');
    const std::string path = folder.write("large.json", large);
    EXPECT_EQ(rs_record_load(path.c_str(), &record, &error), RS_RANGE);
    const std::string good = folder.write("good.json", Corpus("whole"));
    ASSERT_EQ(rs_record_load(good.c_str(), &record, &error), RS_OK) << error.reason;
    EXPECT_STREQ(record.model, "resnet50");
    rs_record_clear(&record);
}

} // namespace
