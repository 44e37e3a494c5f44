/* score_batches.c - logits that a program makes, batch after batch, scored as they come.
 *
 *     cc score_batches.c -o score $(pkg-config --cflags --libs reassess) && ./score <logits.f32
 *
 * Standard input stands for the model: rows of floats without a header, in the order of the images'
 * file names. For rows in another order say by `index` which image each one is.
 */
#include <reassess/reassess.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 256 };

/* What a model does: gives the logits of the next images, as many as there still are. */
static uint64_t run_model(float *logits, uint64_t classes)
{
    return fread(logits, classes * sizeof *logits, BATCH, stdin);
}

static rs_status score(const rs_labels *labels, rs_tally **tally, rs_error *error)
{
    const uint64_t classes = rs_labels_get_view(labels)->classes;
    float *const logits = malloc(BATCH * classes * sizeof *logits);
    rs_scorer_rows batch = {.data = logits, .dtype = RS_DTYPE_F32, .columns = classes};
    rs_scorer *scorer = NULL;
    rs_status status = logits == NULL ? RS_MEMORY : RS_OK;
    if (status == RS_OK) { /* NULL: top-1 and top-5, every core; 0: no predictions are kept */
        status = rs_scorer_create(NULL, labels, 0, &scorer, error);
    }
    while (status == RS_OK && (batch.rows = run_model(logits, classes)) > 0) {
        status = rs_scorer_add(scorer, &batch, error);
    }
    if (status == RS_OK) {
        status = rs_scorer_tally(scorer, tally, error);
    }
    if (status == RS_OK && rs_scorer_get_counts(scorer).missing > 0) { /* the numbers are without */
        fprintf(stderr, "%llu images never came\n",
                (unsigned long long)rs_scorer_get_counts(scorer).missing);
    }
    rs_scorer_free(scorer);
    free(logits);
    return status;
}

int main(void)
{
    rs_labels *labels = NULL;
    rs_tally *tally = NULL;
    rs_metrics metrics = {0};
    rs_error error = {0};
    rs_status status = rs_labels_load_default(&labels, &error);
    if (status == RS_OK) {
        status = score(labels, &tally, &error);
    }
    if (status == RS_OK) {
        status = rs_metrics_compute(tally, NULL, &metrics, &error);
    }
    if (status == RS_OK) { /* rs_metric.reason: why there is no value */
        printf("top-1 %.4f, ReaL %.4f\n", rs_metrics_find(&metrics, "imagenet_top1")->value,
               rs_metrics_find(&metrics, "real_top1")->value);
    } else {
        char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
        fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
    rs_metrics_clear(&metrics);
    rs_tally_free(tally);
    rs_labels_free(labels);
    return rs_status_exit(status);
}
