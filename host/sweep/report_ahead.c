/* report_ahead.c - a paired bootstrap for each two neighbours of the leaderboard. */
#include "sweep/report_ahead.h"

#include "analyse/pair_interval.h"
#include "base/error.h"
#include "engine/thread_pool.h"

static rs_model_bits bits_of(const rs_report_model *model)
{
    return (rs_model_bits){
        {[RS_BY_IMAGENET] = model->imagenet_right, [RS_BY_REAL] = model->real_right}};
}

static rs_status find_all(rs_report_source *source, rs_thread_pool *pool, rs_error *error)
{
    const rs_bootstrap_options options = {.replicates = RS_REPORT_REPLICATES,
                                          .seed = RS_REPORT_SEED};
    const rs_watch watch = {.stop = source->stop};
    rs_report *const report = &source->report;
    for (size_t i = 0; i + 1 < report->count; ++i) {
        rs_report_model *const model = &report->model[i];
        if (model->real_right == NULL || model[1].real_right == NULL) {
            continue;
        }
        const rs_model_bits first = bits_of(model);
        const rs_model_bits second = bits_of(&model[1]);
        RS_TRY(rs_pair_interval(rs_labels_get_view(source->report.labels), &first, &second,
                                &options, source->evaluator, pool, &watch, &model->ahead, error));
    }
    return RS_OK;
}

rs_status rs_report_find_ahead(rs_report_source *source, rs_error *error)
{
    rs_thread_pool *pool = NULL;
    RS_TRY(rs_thread_pool_create(0, &pool, error));
    const rs_status status = find_all(source, pool, error);
    rs_thread_pool_free(pool);
    return status;
}
