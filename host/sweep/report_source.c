/* report_source.c - see report_source.h. */
#include "sweep/report_source.h"

#include <stdlib.h>

void rs_report_source_clear(rs_report_source *source)
{
    for (size_t i = 0; i < source->report.count; ++i) {
        rs_record_clear(&source->report.model[i].record);
        free(source->report.model[i].real_right);
        free(source->report.model[i].said);
        free(source->report.model[i].family);
        free(source->report.model[i].class_correct);
    }
    free(source->report.model);
    rs_readings_clear(&source->readings);
    free(source->result);
    free(source->failures);
    rs_trend_clear(&source->report.trend);
    rs_class_summary_clear(&source->report.classes);
    rs_confusion_sum_clear(&source->report.confusions);
    rs_class_titles_clear(&source->titles);
    rs_label_stats_clear(&source->stats);
    rs_result_folder_clear(&source->folder);
    *source = (rs_report_source){0};
}
