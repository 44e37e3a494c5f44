/* consumer.c - a whole pass through the C API: what a user of the installed library writes.
 *
 * docs/C_API.md walks through it; the install test builds it by find_package and by pkg-config and
 * runs it.
 */
#include <reassess/reassess.h>
#include <stdio.h>

/* Two images of two classes, both labelled 0; the second may also be called 1. */
static const int32_t original[] = {0, 0};
static const uint32_t real_begin[] = {0, 1, 3};
static const int32_t real_class[] = {0, 0, 1};
static const float logits[] = {2.0f, 1.0f, 0.5f, 3.0f};

static rs_status score(const rs_labels *labels, rs_source *source, rs_evaluator *evaluator,
                       rs_metrics *metrics, rs_error *error)
{
    rs_tally *tally = NULL;
    rs_status status =
        rs_evaluator_score(evaluator, labels, source, NULL, NULL, NULL, &tally, error);
    if (status == RS_OK) {
        status = rs_metrics_compute(tally, NULL, metrics, error);
    }
    rs_tally_free(tally);
    return status;
}

int main(void)
{
    const rs_evaluator_options options = {.topk_count = 1, .topk = {1}};
    rs_labels *labels = NULL;
    rs_source *source = NULL;
    rs_evaluator *evaluator = NULL;
    rs_metrics metrics = {0};
    rs_error error = {0};
    rs_status status =
        rs_labels_create(2, 2, original, real_begin, real_class, &labels, &error);
    if (status == RS_OK) {
        status = rs_source_open_memory(logits, RS_DTYPE_F32, 2, 2, 2 * sizeof(float), &source,
                                       &error);
    }
    if (status == RS_OK) {
        status = rs_evaluator_create(&options, &evaluator, &error);
    }
    if (status == RS_OK) {
        status = score(labels, source, evaluator, &metrics, &error);
    }
    if (status == RS_OK) {
        printf("reassess %s: top-1 %.2f, ReaL %.2f\n", RS_VERSION,
               rs_metrics_find(&metrics, "imagenet_top1")->value,
               rs_metrics_find(&metrics, "real_top1")->value);
    } else {
        char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
        fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
    rs_metrics_clear(&metrics);
    rs_evaluator_free(evaluator);
    rs_source_close(source);
    rs_labels_free(labels);
    return rs_status_exit(status);
}
