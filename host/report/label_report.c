/* label_report.c - what `reassess labels` prints. */
#include "report/label_report.h"

#include <inttypes.h>

#include "analyse/proportion.h"
#include "base/csv_cell.h"
#include "base/hash.h"
#include "base/json.h"
#include "report/cells.h"
#include "report/wording.h"

static void add_overview(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    rs_text_printf(out,
                   "%s image%s, %" PRIu32 " classes\n"
                   "  %s evaluated (with a non-empty set), %s without labels\n"
                   "  %s label%s; %s image%s several, %.1f %% of the evaluated\n",
                   RS_COUNT_TEXT(stats->rows), rs_plural(stats->rows), stats->classes,
                   RS_COUNT_TEXT(stats->evaluated), RS_COUNT_TEXT(stats->empty),
                   RS_COUNT_TEXT(stats->labels), rs_plural(stats->labels),
                   RS_COUNT_TEXT(stats->several), stats->several == 1 ? " has" : "s have",
                   rs_percent(stats->several, stats->evaluated));
    if (stats->rated_known) {
        rs_text_printf(out, "  %s image%s rated: %s with several labels, %.1f %% of the rated\n",
                       RS_COUNT_TEXT(stats->rated), rs_plural(stats->rated),
                       RS_COUNT_TEXT(stats->rated_several),
                       rs_percent(stats->rated_several, stats->rated));
    } else if (rs_labels_are_ilsvrc(labels)) {
        rs_text_add(out, "  (the article's \"29 %\" is of the images that were rated: "
                         "--rater-scores FILE)\n");
    }
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "labels", "images");
    for (uint32_t size = 0; size <= stats->largest_set; ++size) {
        if (stats->set_sizes[size] > 0) {
            rs_table_row(out);
            rs_table_put(out, "%" PRIu32, size);
            rs_table_count(out, stats->set_sizes[size]);
        }
    }
    rs_table_end(out);
}

static void add_names(const rs_labels *labels, const rs_label_pair *pair, rs_text *out)
{
    rs_table_cell(out);
    rs_short_name_add(labels, pair->first, out);
    rs_text_add(out, " + ");
    rs_short_name_add(labels, pair->second, out);
}

static void add_most(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    rs_text_add(out, "\nlabels that share the most images\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_NUMBER, "images");
    rs_table_column(out, RS_TABLE_PROSE, "labels");
    for (size_t i = 0; i < stats->pairs.count; ++i) {
        rs_table_row(out);
        rs_table_count(out, stats->pairs.pair[i].images);
        add_names(labels, &stats->pairs.pair[i], out);
    }
    rs_table_end(out);
}

static void add_overlaps(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    rs_text_add(out, "\nlabels that overlap most: of the images with either, how many have both "
                     "(% [95 % interval], by its lower end)\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_RANGE, "both, %");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "both", "either");
    rs_table_column(out, RS_TABLE_PROSE, "labels");
    for (size_t i = 0; i < stats->pairs.count; ++i) {
        const rs_label_pair *const pair = &stats->pairs.overlapping[i];
        const rs_proportion share = rs_proportion_of(pair->images, pair->either);
        rs_table_row(out);
        rs_table_put(out, "%5.1f [%4.1f, %5.1f]", 100.0 * share.value, 100.0 * share.low,
                     100.0 * share.high);
        rs_table_count(out, pair->images);
        rs_table_count(out, pair->either);
        add_names(labels, pair, out);
    }
    rs_table_end(out);
}

static void add_pairs(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    if (stats->pairs.count > 0) {
        add_most(labels, stats, out);
        add_overlaps(labels, stats, out);
    }
}

/* The class with the lowest oracle after `previous` in the order (oracle, class); -1: none left. */
static int64_t next_lowest(const rs_label_stats *stats, int64_t previous)
{
    int64_t best = -1;
    for (uint32_t c = 0; c < stats->classes; ++c) {
        const rs_label_class *at = &stats->per_class[c];
        if (!at->below_cut) {
            continue;
        }
        if (previous >= 0) {
            const double last = stats->per_class[previous].oracle_accuracy;
            if (at->oracle_accuracy < last || (at->oracle_accuracy == last && c <= previous)) {
                continue;
            }
        }
        if (best < 0 || at->oracle_accuracy < stats->per_class[best].oracle_accuracy) {
            best = c;
        }
    }
    return best;
}

static void add_own(const rs_label_stats *stats, rs_text *out)
{
    const uint64_t wrong = stats->own_total - stats->own_correct;
    if (stats->own_total > 0) {
        rs_text_printf(out,
                       "\nthe original labels as a model: ReaL accuracy %.2f (%s of %s; in %s "
                       "image%s the label is not in the set)\n",
                       rs_percent(stats->own_correct, stats->own_total),
                       RS_COUNT_TEXT(stats->own_correct), RS_COUNT_TEXT(stats->own_total),
                       RS_COUNT_TEXT(wrong), rs_plural(wrong));
    }
}

static void add_oracle(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    enum { LOWEST_SHOWN = 10 };
    if (stats->oracle_rows == 0) {
        return;
    }
    rs_text_printf(out,
                   "\noracle (a random ReaL label, scored by the original one), %s rows\n"
                   "  expected %.2f; below the cut in %" PRIu32 " classes, %" PRIu32
                   " of them considered; lowest\n",
                   RS_COUNT_TEXT(stats->oracle_rows), 100.0 * stats->oracle_expected,
                   stats->classes_below_cut, stats->classes_considered);
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "oracle", "class");
    rs_table_column(out, RS_TABLE_PROSE, "name");
    int64_t c = next_lowest(stats, -1);
    for (int shown = 0; c >= 0 && shown < LOWEST_SHOWN; ++shown) {
        rs_table_row(out);
        rs_table_put(out, "%.1f", 100.0 * stats->per_class[c].oracle_accuracy);
        rs_table_put(out, "%" PRIi64, c);
        rs_table_cell(out);
        rs_short_name_add(labels, (uint32_t)c, out);
        c = next_lowest(stats, c);
    }
    rs_table_end(out);
}

void rs_label_report_table(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    if (rs_labels_are_synthetic(labels)) {
        rs_text_printf(out, "SYNTHETIC LABELS, made by reassess synth\n");
    }
    add_overview(labels, stats, out);
    add_pairs(labels, stats, out);
    add_own(stats, out);
    add_oracle(labels, stats, out);
}

/* ---- JSON ---- */

static void add_json_pairs(rs_json *root, const char *name, const rs_label_pair *list, size_t count)
{
    rs_json *pairs = rs_json_add_array(root, name);
    for (size_t i = 0; i < count; ++i) {
        const rs_proportion overlap = rs_proportion_of(list[i].images, list[i].either);
        rs_json *pair = rs_json_add_object(pairs, NULL);
        rs_json *classes = rs_json_add_array(pair, "classes");
        rs_json_add_integer(classes, NULL, list[i].first);
        rs_json_add_integer(classes, NULL, list[i].second);
        rs_json_add_integer(pair, "images", list[i].images);
        rs_json_add_integer(pair, "either", list[i].either);
        rs_json_add_number(pair, "overlap", overlap.value);
        rs_json_add_interval(pair, "ci95", overlap.low, overlap.high);
    }
}

/* What raters saw; null where nothing says so. */
static void add_json_rated(rs_json *root, const rs_label_stats *stats)
{
    if (!stats->rated_known) {
        rs_json_add_null(root, "rated");
        return;
    }
    rs_json *rated = rs_json_add_object(root, "rated");
    rs_json_add_integer(rated, "images", stats->rated);
    rs_json_add_integer(rated, "several", stats->rated_several);
}

static void add_json_oracle(rs_json *root, const rs_label_stats *stats)
{
    rs_json *oracle = rs_json_add_object(root, "oracle");
    rs_json_add_integer(oracle, "rows", stats->oracle_rows);
    if (stats->oracle_rows == 0) {
        rs_json_add_none(oracle, "expected", "no row has its original label in its set");
        return;
    }
    rs_json_add_number(oracle, "expected", stats->oracle_expected);
    rs_json_add_number(oracle, "stddev", stats->oracle_stddev);
    rs_json_add_integer(oracle, "classes_below_cut", stats->classes_below_cut);
    rs_json_add_integer(oracle, "classes_considered", stats->classes_considered);
}

void rs_label_report_json(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", "reassess.labels/1");
    rs_json_add_text(root, "real", rs_labels_real_path(labels));
    rs_json_add_text(root, "original", rs_labels_original_path(labels));
    rs_json_add_text(root, "hash", RS_HASH_TEXT(rs_labels_hash(labels)));
    rs_json_add_bool(root, "synthetic", rs_labels_are_synthetic(labels));
    rs_json_add_bool(root, "ilsvrc", rs_labels_are_ilsvrc(labels));
    rs_json_add_integer(root, "images", stats->rows);
    rs_json_add_integer(root, "classes", stats->classes);
    rs_json_add_integer(root, "evaluated", stats->evaluated);
    rs_json_add_integer(root, "empty", stats->empty);
    rs_json_add_integer(root, "labels", stats->labels);
    rs_json_add_integer(root, "several", stats->several);
    add_json_rated(root, stats);
    rs_json *sizes = rs_json_add_array(root, "set_sizes");
    for (uint32_t size = 0; size <= stats->largest_set; ++size) {
        rs_json_add_integer(sizes, NULL, stats->set_sizes[size]);
    }
    rs_json *original = rs_json_add_object(root, "original_labels");
    rs_json_add_integer(original, "known", stats->known);
    rs_json_add_integer(original, "real_correct", stats->own_correct);
    rs_json_add_integer(original, "real_total", stats->own_total);
    rs_json_add_integer(original, "not_in_set", stats->own_total - stats->own_correct);
    add_json_pairs(root, "pairs", stats->pairs.pair, stats->pairs.count);
    add_json_pairs(root, "pairs_by_overlap", stats->pairs.overlapping, stats->pairs.count);
    add_json_oracle(root, stats);
    rs_json_finish(root, out);
}

/* ---- CSV ---- */

void rs_label_report_csv(const rs_labels *labels, const rs_label_stats *stats, rs_text *out)
{
    rs_text_printf(out, "class,wnid,name,images,nonempty,in_set,real_images,real_alone,"
                        "oracle_rows,oracle_accuracy,considered\n");
    for (uint32_t c = 0; c < stats->classes; ++c) {
        const rs_label_class *at = &stats->per_class[c];
        const char *synset = rs_labels_synset(labels, c);
        const char *name = rs_labels_name(labels, c);
        rs_text_printf(out, "%" PRIu32 ",%s,", c, synset != NULL ? synset : "");
        rs_text_csv_cell(out, name != NULL ? name : "");
        rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
                       at->images, at->nonempty, at->in_set, at->real_images, at->real_alone,
                       at->oracle_rows);
        if (at->oracle_rows > 0) {
            rs_text_printf(out, ",%.2f", 100.0 * at->oracle_accuracy);
        } else {
            rs_text_add(out, ",");
        }
        rs_text_printf(out, ",%d\n", at->considered);
    }
}
