/* compare_report.c - CSV and JSON of a comparison. */
#include "report/compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "analyse/proportion.h"
#include "base/csv_cell.h"
#include "base/hash.h"
#include "base/json.h"
#include "report/json_begin.h"
#include "report/record.h"
#include "report/wording.h"

static const char *const measure_names[RS_MEASURES] = {"imagenet_top1", "real_top1"};
static const char *const no_images[RS_MEASURES] = {"no image has an original label",
                                                   "no image has a ReaL label"};

/* ---- CSV ---- */

static void add_csv_measure(const rs_comparison *comparison, const rs_paired *paired, int measure,
                            rs_text *out)
{
    if (comparison->total[measure] == 0) {
        rs_text_add(out, ",,,,,,,,,,");
        return;
    }
    rs_text_printf(out, ",%.2f,%.2f,%.2f,%.2f", rs_points(paired->difference),
                   rs_points(paired->stderr_value), rs_points(paired->score.low),
                   rs_points(paired->score.high));
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.6g,%.6g",
                   paired->first_only, paired->second_only, paired->both, paired->neither,
                   exp(paired->log_p), paired->holm_p);
}

/* What came later stands behind what was there. */
static void add_csv_more(const rs_paired *paired, rs_text *out)
{
    if (rs_bootstrap_has_interval(&paired->bootstrap)) {
        rs_text_printf(out, ",%.2f,%.2f", rs_points(paired->bootstrap.low),
                       rs_points(paired->bootstrap.high));
    } else {
        rs_text_add(out, ",,");
    }
    if (paired->detectable > 0.0) {
        rs_text_printf(out, ",%.2f", 100.0 * paired->detectable);
    } else {
        rs_text_add(out, ",");
    }
}

static void add_csv_heading(rs_text *out)
{
    static const char *const prefixes[RS_MEASURES] = {"imagenet", "real"};
    rs_text_printf(out, "model,other,images,same_prediction");
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        const char *p = prefixes[measure];
        rs_text_printf(out,
                       ",%s_difference,%s_stderr,%s_low,%s_high,%s_model_only,"
                       "%s_other_only,%s_both,%s_neither,%s_p,%s_p_holm",
                       p, p, p, p, p, p, p, p, p, p);
    }
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        const char *p = prefixes[measure];
        rs_text_printf(out, ",%s_bootstrap_low,%s_bootstrap_high,%s_detectable", p, p, p);
    }
    rs_text_add(out, "\n");
}

void rs_compare_csv(const rs_compare_report *report, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    add_csv_heading(out);
    for (size_t i = 0; i < comparison->pair_count; ++i) {
        const rs_model_pair *pair = &comparison->pair[i];
        rs_text_csv_cell(out, report->names[pair->first]);
        rs_text_add(out, ",");
        rs_text_csv_cell(out, report->names[pair->second]);
        rs_text_printf(out, ",%" PRIu64 ",%.2f", comparison->images,
                       100.0 * (double)pair->same_prediction / (double)comparison->images);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            add_csv_measure(comparison, &pair->by[measure], measure, out);
        }
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            add_csv_more(&pair->by[measure], out);
        }
        rs_text_add(out, "\n");
    }
}

void rs_compare_agreement_csv(const rs_compare_report *report, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    rs_text_printf(out, "model");
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_text_add(out, ",");
        rs_text_csv_cell(out, report->names[i]);
    }
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_text_add(out, "\n");
        rs_text_csv_cell(out, report->names[i]);
        for (size_t j = 0; j < comparison->models; ++j) {
            const double same = i == j
                                    ? (double)comparison->images
                                    : (double)rs_comparison_pair(comparison, i, j)->same_prediction;
            rs_text_printf(out, ",%.2f", 100.0 * same / (double)comparison->images);
        }
    }
    rs_text_add(out, "\n");
}

/* ---- JSON ---- */

static void add_json_models(rs_json *root, const rs_compare_report *report)
{
    const rs_comparison *comparison = report->comparison;
    rs_json *models = rs_json_add_array(root, "models");
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_json *to = rs_json_add_object(models, NULL);
        rs_json_add_text(to, "model", report->names[i]);
        rs_json *metrics = rs_json_add_object(to, "metrics");
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            rs_metric metric = {
                .correct = comparison->correct[measure][i],
                .total = comparison->total[measure],
                .reason = comparison->total[measure] == 0 ? no_images[measure] : NULL,
            };
            (void)snprintf(metric.name, sizeof metric.name, "%s", measure_names[measure]);
            if (metric.total > 0) {
                const rs_proportion p = rs_proportion_of(metric.correct, metric.total);
                metric.value = p.value;
                metric.stderr_value = p.stderr_value;
                metric.ci95_low = p.low;
                metric.ci95_high = p.high;
            }
            rs_record_add_metric(metrics, &metric);
        }
    }
}

void rs_compare_json_measure(rs_json *root, uint64_t total, const rs_paired *paired, int measure)
{
    rs_json *to = rs_json_add_object(root, measure_names[measure]);
    if (total == 0) {
        rs_json_add_none(to, "difference", no_images[measure]);
        return;
    }
    rs_json_add_number(to, "difference", paired->difference);
    rs_json_add_number(to, "stderr", paired->stderr_value);
    rs_json_add_interval(to, "ci95", paired->score.low, paired->score.high);
    if (rs_bootstrap_has_interval(&paired->bootstrap)) {
        rs_json_add_interval(to, "bootstrap_ci95", paired->bootstrap.low, paired->bootstrap.high);
        rs_json_add_number(to, "bootstrap_stderr", paired->bootstrap.stderr_value);
    } else {
        rs_json_add_null(to, "bootstrap_ci95");
        rs_json_add_null(to, "bootstrap_stderr");
    }
    rs_json_add_number(to, "detectable", paired->detectable > 0.0 ? paired->detectable : NAN);
    rs_json_add_integer(to, "both", paired->both);
    rs_json_add_integer(to, "model_only", paired->first_only);
    rs_json_add_integer(to, "other_only", paired->second_only);
    rs_json_add_integer(to, "neither", paired->neither);
    rs_json_add_number(to, "p", exp(paired->log_p));
    rs_json_add_number(to, "log10_p", paired->log_p / log(10.0));
    rs_json_add_number(to, "p_holm", paired->holm_p);
    rs_json_add_bool(to, "significant", paired->significant);
}

static void add_json_pairs(rs_json *root, const rs_compare_report *report)
{
    const rs_comparison *comparison = report->comparison;
    rs_json *pairs = rs_json_add_array(root, "pairs");
    for (size_t i = 0; i < comparison->pair_count; ++i) {
        const rs_model_pair *pair = &comparison->pair[i];
        rs_json *to = rs_json_add_object(pairs, NULL);
        rs_json_add_text(to, "model", report->names[pair->first]);
        rs_json_add_text(to, "other", report->names[pair->second]);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            rs_compare_json_measure(to, comparison->total[measure], &pair->by[measure], measure);
        }
        rs_json_add_integer(to, "same_prediction", pair->same_prediction);
        rs_json_add_number(to, "agreement",
                           (double)pair->same_prediction / (double)comparison->images);
    }
}

static void add_json_labels(rs_json *root, const rs_labels *labels)
{
    rs_json *to = rs_json_add_object(root, "labels");
    rs_json_add_text(to, "real", rs_labels_real_path(labels));
    rs_json_add_text(to, "original", rs_labels_original_path(labels));
    rs_json_add_integer(to, "images", rs_labels_get_view(labels)->rows);
    rs_json_add_text(to, "hash", RS_HASH_TEXT(rs_labels_hash(labels)));
    rs_json_add_bool(to, "synthetic", rs_labels_are_synthetic(labels));
}

static void add_json_bootstrap(rs_json *root, const rs_comparison *comparison)
{
    if (comparison->replicates == 0) {
        rs_json_add_null(root, "bootstrap");
        return;
    }
    rs_json *to = rs_json_add_object(root, "bootstrap");
    rs_json_add_integer(to, "replicates", comparison->replicates);
    rs_json_add_integer(to, "seed", comparison->seed);
    rs_json_add_text(to, "generator", RS_BOOTSTRAP_GENERATOR);
    rs_json_add_integer(to, "patterns", comparison->patterns);
}

void rs_compare_json(const rs_compare_report *report, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    rs_json *root = rs_json_begin(RS_COMPARE_SCHEMA);
    add_json_labels(root, report->labels);
    rs_json_add_integer(root, "images", comparison->images);
    add_json_bootstrap(root, comparison);
    add_json_models(root, report);
    rs_json *significant = rs_json_add_object(root, "significant_pairs");
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        rs_json_add_integer(significant, measure_names[measure], comparison->significant[measure]);
    }
    add_json_pairs(root, report);
    rs_compare_slices_json(root, report);
    rs_json *engine = rs_json_add_object(root, "engine");
    rs_json_add_text(engine, "name", report->engine->name);
    rs_json_add_text(engine, "products",
                     report->engine->products[0] == '\0' ? NULL : report->engine->products);
    rs_json_finish(root, out);
}
