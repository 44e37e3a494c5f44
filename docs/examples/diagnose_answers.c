/* diagnose_answers.c - first predictions of a program's own, and what explains a doubtful result.
 *
 *     cc diagnose_answers.c -o diagnose $(pkg-config --cflags --libs reassess)
 *     ./diagnose <answers.txt
 *
 * answers.txt holds a class a line, -1 for none, for the images in the order of their file names.
 */
#include <reassess/reassess.h>
#include <stdio.h>
#include <stdlib.h>

/* One for each image. Anything else is no answer. */
static int read_answers(int32_t *answer, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; ++i) {
        char line[32];
        if (fgets(line, sizeof line, stdin) == NULL) {
            fprintf(stderr, "there are answers for %llu of %llu images\n", (unsigned long long)i,
                    (unsigned long long)rows);
            return 0;
        }
        answer[i] = (int32_t)strtol(line, NULL, 10);
    }
    return 1;
}

static void print(const rs_diagnosis *diagnosis)
{
    if (!diagnosis->found) {
        printf("no other order of rows or columns is better\n");
        return;
    }
    printf("%s\n", diagnosis->text);
    if (diagnosis->option[0] != '\0') { /* what alone puts it right */
        printf("reassess eval %s MODEL\n", diagnosis->option);
    }
    if (diagnosis->finding == RS_FINDING_ROWS) {
        printf("the images are right, and in another order\n");
    }
}

int main(void)
{
    rs_labels *labels = NULL;
    rs_diagnosis diagnosis = {0};
    rs_error error = {0};
    rs_status status = rs_labels_load_default(&labels, &error);
    if (status == RS_OK) {
        const uint64_t rows = rs_labels_get_view(labels)->rows;
        int32_t *const answer = malloc(rows * sizeof *answer);
        if (answer == NULL || !read_answers(answer, rows)) {
            free(answer);
            rs_labels_free(labels);
            return 1;
        }
        /* NULL: as they stand they are taken for those in file-name order */
        const rs_doubted_pass pass = {.used = NULL, .prediction = answer, .stride = 1};
        status = rs_diagnose(labels, &pass, &diagnosis, &error);
        free(answer);
    }
    if (status == RS_OK) {
        print(&diagnosis);
    } else {
        char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
        fprintf(stderr, "%s\n", rs_error_format(&error, text, sizeof text));
    }
    rs_labels_free(labels);
    return rs_status_exit(status);
}
