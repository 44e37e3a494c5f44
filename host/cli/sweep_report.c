/* sweep_report.c - see sweep_report.h. */
#include "cli/sweep_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/visible.h"
#include "cli/command.h"
#include "report/wording.h"

void rs_sweep_report_begin(rs_sweep_report *report, bool quiet)
{
    *report = (rs_sweep_report){
        .quiet = quiet,
        .terminal = isatty(STDERR_FILENO) == 1,
        .begin_ms = rs_clock_ms(),
    };
}

static void wipe(rs_sweep_report *report)
{
    if (report->shown) {
        (void)fputs("\r\033[K", stderr);
        report->shown = false;
    }
}

/* "45 s", "12 min", "3.4 h" */
static const char *span_text(double seconds, char *out, size_t out_bytes)
{
    if (seconds < 100.0) {
        (void)snprintf(out, out_bytes, "%.0f s", seconds);
    } else if (seconds < 6000.0) {
        (void)snprintf(out, out_bytes, "%.0f min", seconds / 60.0);
    } else {
        (void)snprintf(out, out_bytes, "%.1f h", seconds / 3600.0);
    }
    return out;
}

static void show(rs_sweep_report *report, const rs_sweep_event *event)
{
    char left[32] = "";
    if (event->finished > 0) {
        const double each = (rs_clock_ms() - report->begin_ms) / 1e3 / (double)event->finished;
        (void)span_text(each * (double)(event->to_do - event->finished), left, sizeof left);
    }
    rs_text name = {0};
    if (event->model != NULL) {
        rs_text_name(&name, event->model->name);
    }
    (void)fprintf(stderr, "\r\033[K%zu of %zu model%s%s%s%s%.60s", event->finished, event->to_do,
                  rs_plural(event->to_do), left[0] == '\0' ? "" : ", ", left,
                  left[0] == '\0' ? "" : " left  ",
                  name.length == 0 ? "" : name.data);
    rs_text_clear(&name);
    (void)fflush(stderr);
    report->shown = true;
}

/* ", ImageNet 75.06, ReaL 81.98", as far as there are such numbers */
static void add_accuracies(const rs_record *record, rs_text *line)
{
    static const struct {
        const char *metric, *label;
    } shown[] = {{"imagenet_top1", "ImageNet"}, {"real_top1", "ReaL"}};
    const char *between = ": ";
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; ++i) {
        const rs_metric *metric = rs_record_metric(record, shown[i].metric);
        if (metric != NULL && metric->reason == NULL) {
            rs_text_printf(line, "%s%s %.2f", between, shown[i].label, 100.0 * metric->value);
            between = ", ";
        }
    }
}

static void print_done(rs_sweep_report *report, const rs_sweep_event *event)
{
    const bool redone = event->why != NULL && event->why[0] != '\0';
    if (!report->terminal || redone) {
        rs_text line = {0};
        if (event->record == NULL) {
            rs_text_add(&line, ": another sweep was faster");
        } else {
            add_accuracies(event->record, &line);
        }
        wipe(report);
        rs_say("", "[%zu/%zu] %s%s%s%s%s", event->finished, event->to_do, event->model->name,
               line.length > 0 ? line.data : "", redone ? " (redone: " : "",
               redone ? event->why : "", redone ? ")" : "");
        rs_text_clear(&line);
    }
    for (size_t i = 0; event->record != NULL && i < event->record->warnings.count; ++i) {
        wipe(report);
        rs_warn("%s: %s", event->model->name, event->record->warnings.item[i].text);
    }
}

static void print_failed(rs_sweep_report *report, const rs_sweep_event *event)
{
    char text[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
    (void)rs_error_text(event->failure, text, sizeof text);
    rs_text line = {0};
    rs_text_printf(&line, "  %s: %s", event->model->name, text);
    rs_text_pass_loss(&line, &report->failures);
    if (line.length > 0) {
        rs_text_visible(&report->failures, line.data, line.length, false);
        rs_text_add(&report->failures, "\n");
    }
    rs_text_clear(&line);
    if (!report->quiet) {
        wipe(report);
        rs_say("", "[%zu/%zu] %s: failed: %s", event->finished, event->to_do, event->model->name,
               text);
    }
}

void rs_sweep_report_event(void *context, const rs_sweep_event *event)
{
    rs_sweep_report *const report = context;
    report->planned = true;
    if (event->kind == RS_SWEEP_FAILED) {
        print_failed(report, event);
    }
    if (report->quiet) {
        return;
    }
    if (event->kind == RS_SWEEP_PLANNED) {
        report->begin_ms = rs_clock_ms();
        (void)fprintf(stderr, "%zu model%s to score, %zu up to date\n", event->to_do,
                      rs_plural(event->to_do), event->fresh);
    } else if (event->kind == RS_SWEEP_DONE) {
        print_done(report, event);
    }
    if (report->terminal && event->to_do > 0) {
        show(report, event);
    }
}

void rs_sweep_report_end(rs_sweep_report *report, const rs_sweep_summary *summary,
                         const char *folder)
{
    wipe(report);
    if (!report->quiet && report->planned) {
        rs_say("", "%zu model%s scored, %zu failed, %zu up to date; results in %s", summary->done,
               rs_plural(summary->done), summary->failed, summary->fresh, folder);
        if (summary->failed == 0 && summary->done + summary->fresh > 1) {
            rs_say("", "next: reassess merge %s, or reassess report %s -o report.html", folder,
                   folder);
        }
    }
    if (report->failures.length > 0) {
        (void)fprintf(stderr, "failed:\n%s", report->failures.data);
    } else if (report->failures.lost != NULL) {
        (void)fprintf(stderr, "failed: there was no memory to list them\n");
    }
    rs_text_clear(&report->failures);
}
