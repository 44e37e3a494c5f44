/* options.h - every option of every command, in one table.
 *
 * The parser, --help, the man page and the bash completion all read this table: an option that is
 * not here does not exist, and one that is here is documented everywhere.
 */
#ifndef RS_OPTIONS_H
#define RS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which commands take an option. */
enum {
    RS_CMD_EVAL = 1 << 0,
    RS_CMD_LABELS = 1 << 1,
    RS_CMD_SYNTH = 1 << 2,
    RS_CMD_INFO = 1 << 3,
    RS_CMD_HELP = 1 << 4,
    RS_CMD_SWEEP = 1 << 5,
    RS_CMD_MERGE = 1 << 6,
    RS_CMD_COMPARE = 1 << 7,
    RS_CMD_TREND = 1 << 8,
    RS_CMD_REPORT = 1 << 9,
    RS_CMD_PROPOSE = 1 << 10,
    RS_CMD_TASKS = 1 << 11,
    RS_CMD_AGGREGATE = 1 << 12,
    RS_CMD_CURVE = 1 << 13,
    RS_CMD_MISTAKES = 1 << 14,
    RS_CMD_CLEAN = 1 << 15,
    RS_CMD_LIST = 1 << 16, /* no command: the lines of sweep --list */
    RS_CMD_RELABEL = RS_CMD_AGGREGATE | RS_CMD_CURVE,
    /* take models' files */
    RS_CMD_SCORES = RS_CMD_EVAL | RS_CMD_MISTAKES | RS_CMD_CLEAN | RS_CMD_COMPARE,
    RS_CMD_ASKING = RS_CMD_TASKS | RS_CMD_MISTAKES, /* write rating tasks */
    RS_CMD_MODEL_FILES = RS_CMD_SCORES | RS_CMD_PROPOSE | RS_CMD_SWEEP,
    RS_CMD_READS = RS_CMD_MODEL_FILES | RS_CMD_LIST,
    RS_CMD_AVERAGES = RS_CMD_EVAL | RS_CMD_LIST, /* take ensembles and heads */
    RS_CMD_EVALS = RS_CMD_EVAL | RS_CMD_SWEEP,
    RS_CMD_ALL = (RS_CMD_CLEAN << 1) - 1,
    RS_CMD_COMPARED = RS_CMD_COMPARE | RS_CMD_TREND,
    RS_CMD_LABEL_FILES = RS_CMD_EVALS | RS_CMD_LABELS | RS_CMD_SYNTH | RS_CMD_MISTAKES |
                         RS_CMD_COMPARED | RS_CMD_REPORT,
    RS_CMD_ORACLE = RS_CMD_EVALS | RS_CMD_LABELS | RS_CMD_REPORT,
    RS_CMD_ORIGINAL_FILES = RS_CMD_LABEL_FILES | RS_CMD_RELABEL | RS_CMD_CLEAN | RS_CMD_PROPOSE
};

typedef enum rs_option_group {
    RS_GROUP_INPUT = 0,
    RS_GROUP_LABELS,
    RS_GROUP_METRICS,
    RS_GROUP_OUTPUT,
    RS_GROUP_ENGINE,
    RS_GROUP_MATERIAL,
    RS_GROUP_RATERS,
    RS_GROUP_CLEANING,
    RS_GROUP_RANDOM,
    RS_GROUP_CANDIDATES,
    RS_GROUP_GENERAL,
    RS_GROUPS
} rs_option_group;

typedef enum rs_option_kind {
    RS_OPTION_FLAG = 0, /* takes no argument */
    RS_OPTION_ONCE,     /* takes an argument; the last one counts */
    RS_OPTION_MANY      /* takes an argument and may be repeated */
} rs_option_kind;

/* id, name, letter (0: none), kind, argument, choices ("a|b": nothing else is taken; "": anything;
 * "FILE": a path, completed as one), commands, group, help */
#define RS_OPTION_MAP(X)                                                                           \
    X(PARTS, "parts", 0, FLAG, NULL, "", RS_CMD_MODEL_FILES & ~RS_CMD_COMPARE, INPUT,              \
      "all arguments are consecutive row blocks of one model")                                     \
    X(ENSEMBLE, "ensemble", 0, FLAG, NULL, "", RS_CMD_AVERAGES, INPUT,                             \
      "all arguments are models whose average is scored as one, in one pass, without a file")      \
    X(FEATURES, "features", 0, ONCE, "FILE", "FILE", RS_CMD_AVERAGES, INPUT,                       \
      "features, N x D, in the place of logits; each --head makes a model of them")                \
    X(HEAD, "head", 0, MANY, "W[,B]", "FILE", RS_CMD_AVERAGES, INPUT,                              \
      "with --features: a linear head, weight C x D and bias C (FILE#NAME: a tensor in FILE; "     \
      "without B the only vector beside the weight, if any); may be repeated")                     \
    X(WEIGHTS, "weights", 0, ONCE, "W,W,...", "", RS_CMD_AVERAGES, INPUT,                          \
      "with --ensemble: how much each model counts (default: all alike)")                          \
    X(SPACE, "space", 0, ONCE, "SPACE", "logit|prob", RS_CMD_AVERAGES, INPUT,                      \
      "with --ensemble: average the logits, or the probabilities they stand for (default logit; "  \
      "prob with --values probs)")                                                                 \
    X(NAME, "name", 0, MANY, "NAME", "",                                                           \
      RS_CMD_EVALS | RS_CMD_CURVE | RS_CMD_MISTAKES | RS_CMD_COMPARE |                             \
      RS_CMD_PROPOSE, INPUT,                                                                       \
      "the model's name, once per model in their order (default: the file's stem)")                \
    X(PRED_SCORES, "pred-scores", 0, MANY, "FILE|OLD=NEW", "FILE", RS_CMD_READS, INPUT,            \
      "rank unsorted predictions by these scores, larger first, ties to the lower class; once per "\
      "model, or OLD=NEW: the file named as the model's with OLD replaced by NEW")                 \
    X(ORDER, "order", 0, ONCE, "file|imagefolder|LIST", "FILE", RS_CMD_READS, INPUT,               \
      "how the rows are ordered: by file name (default), by class folder and then file name, or "  \
      "as the file names in LIST, one a line")                                                     \
    X(CLASS_MAP, "class-map", 0, ONCE, "FILE", "FILE", RS_CMD_READS, INPUT,                        \
      "line j is the class of column j: an index, a synset id, or -1. Columns with -1 are dropped "\
      "before anything is compared (a 21k head scored on 1000 classes answers only among them: "   \
      "subset by restriction); two columns of one class keep the better value; a class without a " \
      "column is never predicted")                                                                 \
    X(DTYPE, "dtype", 0, ONCE, "TYPE", "f16|bf16|f32|f64|i32|i64",                                 \
      RS_CMD_READS | RS_CMD_SYNTH,                                                                 \
      INPUT,                                                                                       \
      "how to read raw bytes and two-byte types that NumPy cannot name (bf16); with synth, what "  \
      "to write")                                                                                  \
    X(SHAPE, "shape", 0, ONCE, "N,C", "", RS_CMD_READS | RS_CMD_SYNTH, INPUT,                      \
      "rows and columns of raw files and headerless streams (N 0: as many as there are); with "    \
      "synth, the size to make")                                                                   \
    X(TENSOR, "tensor", 0, ONCE, "NAME", "", RS_CMD_READS, INPUT,                                  \
      "which array of an .npz or .safetensors file")                                               \
    X(ROW_RANGE, "row-range", 0, ONCE, "A:B", "", RS_CMD_EVALS | RS_CMD_COMPARE, INPUT,            \
      "score only rows A to B - 1 (from 0)")                                                       \
    X(IO, "io", 0, ONCE, "HOW", "auto|mmap|pread", RS_CMD_MODEL_FILES, INPUT,                      \
      "how files are read; auto maps local files and reads those on network file systems, because "\
      "a mapped file that shrinks kills the process")                                              \
    X(REAL, "real", 0, ONCE, "FILE", "FILE", RS_CMD_LABEL_FILES, LABELS,                           \
      "ReaL label sets in real.json form (default: the label folder's)")                           \
    X(LABELS, "labels", 0, ONCE, "FILE", "FILE", RS_CMD_ORIGINAL_FILES, LABELS,                    \
      "original labels: a class index a line, \"file index\" lines, synset ids, or an integer "    \
      ".npy (default: the label folder's)")                                                        \
    X(SYNSETS, "synsets", 0, ONCE, "FILE", "FILE", RS_CMD_ORIGINAL_FILES, LABELS,                  \
      "synset ids in class order, one a line")                                                     \
    X(NAMES, "names", 0, ONCE, "FILE", "FILE",                                                     \
      RS_CMD_LABEL_FILES | RS_CMD_CLEAN | RS_CMD_PROPOSE, LABELS,                                  \
      "class names in class order, one a line")                                                    \
    X(CLASSES, "classes", 0, ONCE, "N", "", RS_CMD_ORIGINAL_FILES, LABELS,                         \
      "number of classes, where the label files do not tell")                                      \
    X(TOPK, "topk", 0, ONCE, "K,K,...", "", RS_CMD_EVALS, METRICS,                                 \
      "which top-K accuracies to count (default 1,5; 1 is always counted; at most 16)")            \
    X(CALIBRATION, "calibration", 0, FLAG, NULL, "", RS_CMD_EVALS, METRICS,                        \
      "also NLL, mean confidence and ECE, by the original labels and by ReaL")                     \
    X(VALUES, "values", 0, ONCE, "WHAT", "logits|probs",                                           \
      RS_CMD_EVALS | RS_CMD_LIST | RS_CMD_PROPOSE, METRICS,                                        \
      "what the numbers are; only calibration and propose ask (default logits)")                   \
    X(ROW_FLAGS, "row-flags", 0, FLAG, NULL, "", RS_CMD_EVALS, METRICS,                            \
      "count rows with an infinite maximum and with a tied first prediction")                      \
    X(ORACLE_CUT, "oracle-cut", 0, ONCE, "P", "", RS_CMD_ORACLE, METRICS,                          \
      "compare with the oracle in classes where it is below P (default 0.9)")                      \
    X(ORACLE_EXCLUDE, "oracle-exclude", 0, ONCE, "A-B,...", "", RS_CMD_ORACLE, METRICS,            \
      "classes left out of that comparison, or none (default: the animals, 0-397, for the 1000 "   \
      "ILSVRC classes; nothing for others)")                                                       \
    X(ORACLE_ROWS, "oracle-rows", 0, ONCE, "ROWS", "in-set|nonempty", RS_CMD_EVALS | RS_CMD_REPORT,\
      METRICS,                                                                                     \
      "rows of the oracle: those whose original label is in their set (default), or all with a "   \
      "non-empty set")                                                                             \
    X(STRICT, "strict", 0, FLAG, NULL, "", RS_CMD_EVAL, METRICS,                                   \
      "exit with 1 when there are invalid rows or the result is near chance")                      \
    X(JSON, "json", 0, ONCE, "FILE|-", "FILE",                                                     \
      RS_CMD_SCORES | RS_CMD_LABELS | RS_CMD_RELABEL | RS_CMD_COMPARED | RS_CMD_PROPOSE |          \
      RS_CMD_TASKS, OUTPUT,                                                                        \
      "write one JSON object a line for each model; - writes to standard output instead of the "   \
      "table")                                                                                     \
    X(PER_CLASS, "per-class", 0, ONCE, "FILE.csv", "FILE",                                         \
      RS_CMD_EVAL | RS_CMD_LABELS | RS_CMD_CLEAN, OUTPUT,                                          \
      "write a CSV line for every class")                                                          \
    X(CONFUSIONS, "confusions", 0, ONCE, "FILE.csv", "FILE", RS_CMD_EVAL, OUTPUT,                  \
      "write a CSV line for every pair of an original class and another that the model answers, "  \
      "most frequent first, and how many of these answers ReaL accepts")                           \
    X(PER_ROW, "per-row", 0, ONCE, "FILE.jsonl", "FILE", RS_CMD_EVAL, OUTPUT,                      \
      "write a JSON line for every row: labels, predictions, ranks, right or wrong")               \
    X(KEEP_TOPK, "keep-topk", 0, ONCE, "K", "", RS_CMD_EVAL, OUTPUT,                               \
      "write the K first predictions and their values to NAME.topk.npz, which eval reads again; "  \
      "with --per-row, how many predictions its lines hold")                                       \
    X(KEEP_DIR, "keep-dir", 0, ONCE, "DIR", "FILE", RS_CMD_EVAL, OUTPUT,                           \
      "where --keep-topk writes (default: the current folder)")                                    \
    X(HASH, "hash", 0, FLAG, NULL, "", RS_CMD_EVALS, OUTPUT,                                       \
      "also hash the input's bytes (a second reading)")                                            \
    X(QUIET, "quiet", 'q', FLAG, NULL, "",                                                         \
      (RS_CMD_ORIGINAL_FILES & ~RS_CMD_REPORT) | RS_CMD_TASKS | RS_CMD_MERGE, OUTPUT,              \
      "no table, no progress")                                                                     \
    X(BACKEND, "backend", 0, ONCE, "ENGINE", "auto|cpu|cuda", RS_CMD_SCORES | RS_CMD_SWEEP, ENGINE,\
      "which engine scores (default auto, which is the CPU whatever devices there are)")           \
    X(THREADS, "threads", 'j', ONCE, "N", "", RS_CMD_SCORES | RS_CMD_SWEEP, ENGINE,                \
      "CPU threads (default: the processors this process may use, each thread pinned to one)")     \
    X(ISA, "isa", 0, ONCE, "ISA", "auto|portable|avx2|avx512",                                     \
      RS_CMD_SCORES | RS_CMD_SWEEP, ENGINE,                                                        \
      "instruction set of the CPU kernels (default: the best this processor has)")                 \
    X(DEVICE, "device", 0, ONCE, "N,N,...|all", "", RS_CMD_SCORES | RS_CMD_SWEEP, ENGINE,          \
      "with --backend cuda: which devices share the rows of each model, or of the features of "    \
      "heads, by their numbers (default 0; `reassess info` lists them)")                           \
    X(MEMORY, "memory", 0, ONCE, "SIZE", "", RS_CMD_SCORES | RS_CMD_SWEEP, ENGINE,                 \
      "eval with --backend cuda: how much memory of each device rows under way may take, as in "   \
      "256M or 2G (default 512M); sweep: how much memory the models under way may take in all "    \
      "(default 2G)")                                                                              \
    X(SEED, "seed", 0, ONCE, "N", "", RS_CMD_SYNTH | RS_CMD_COMPARED, RANDOM,                      \
      "where the random numbers start (default 1); the same seed makes the same bytes")            \
    X(REPLICATES, "replicates", 0, ONCE, "B", "", RS_CMD_COMPARE | RS_CMD_TREND, RANDOM,           \
      "how many bootstrap replicates (default: 10000 for compare, 9999 for trend); 0: none")       \
    X(ACCURACY, "accuracy", 0, ONCE, "P", "", RS_CMD_SYNTH, MATERIAL,                              \
      "wanted top-1 accuracy of the logits (default 0.76)")                                        \
    X(BY, "by", 0, ONCE, "LABELS", "original|real", RS_CMD_SYNTH, MATERIAL,                        \
      "the labels that the wanted accuracy is by (default original)")                              \
    X(FROM_PREDICTIONS, "from-predictions", 0, ONCE, "FILE", "FILE", RS_CMD_SYNTH, MATERIAL,       \
      "make full-size logits that carry these ranked classes (N x k integers; see --probs)")       \
    X(PROBS, "probs", 0, ONCE, "FILE", "FILE", RS_CMD_SYNTH, MATERIAL,                             \
      "with --from-predictions: the N x k probabilities of the classes")                           \
    X(FORMAT, "format", 0, ONCE, "FORMAT", "npy|npz|safetensors|raw", RS_CMD_SYNTH, MATERIAL,      \
      "the file format to write (default: what the name ends in, else npy)")                       \
    X(NAN_ROWS, "nan-rows", 0, ONCE, "P", "", RS_CMD_SYNTH, MATERIAL,                              \
      "share of rows that get a NaN (default 0)")                                                  \
    X(INF_ROWS, "inf-rows", 0, ONCE, "P", "", RS_CMD_SYNTH, MATERIAL,                              \
      "share of rows whose largest value is infinite (default 0)")                                 \
    X(TIED_ROWS, "tied-rows", 0, ONCE, "P", "", RS_CMD_SYNTH, MATERIAL,                            \
      "share of rows whose largest value stands twice (default 0)")                                \
    X(VOTES, "votes", 0, ONCE, "FILE", "FILE", RS_CMD_RELABEL, RATERS,                             \
      "raters' answers: an .npz with tensor, info and ids, or CSV or JSON lines of rater, image, " \
      "label, answer (yes, maybe, no)")                                                            \
    X(GOLDEN, "golden", 0, ONCE, "FILE", "FILE", RS_CMD_RELABEL | RS_CMD_PROPOSE, RATERS,          \
      "pairs that experts settled: their votes, or JSON lists of the classes that are there")      \
    X(GOLDEN_VOTES, "golden-votes", 0, ONCE, "FILE", "FILE", RS_CMD_RELABEL, RATERS,               \
      "raters' answers to the golden questions")                                                   \
    X(METHOD, "method", 0, ONCE, "METHOD", "golden|em|majority", RS_CMD_AGGREGATE, RATERS,         \
      "how answers become scores: from golden questions (the published recipe; default), by "      \
      "expectation maximisation (Dawid-Skene), or the share of yes")                               \
    X(EXPERT_CLASSES, "expert-classes", 0, ONCE, "A-B,...|ID", "", RS_CMD_AGGREGATE, RATERS,       \
      "candidates on which the original label votes too: classes, or a WordNet synset with "       \
      "all its kinds, as n00015388 (default: none)")                                               \
    X(SMOOTHING, "smoothing", 0, ONCE, "S", "", RS_CMD_AGGREGATE, RATERS,                          \
      "added to every count of a rater's matrix (default 1)")                                      \
    X(ITERATIONS, "iterations", 0, ONCE, "N", "", RS_CMD_AGGREGATE, RATERS,                        \
      "em: at most so many iterations (default 1000)")                                             \
    X(TOLERANCE, "tolerance", 0, ONCE, "T", "", RS_CMD_AGGREGATE, RATERS,                          \
      "em: converged when no score changes by more (default 1e-8)")                                \
    X(THRESHOLD, "threshold", 0, ONCE, "T", "", RS_CMD_RELABEL | RS_CMD_MISTAKES, RATERS,          \
      "a candidate is a label where its score is at least T (default 0.8; majority: more "         \
      "than half)")                                                                                \
    X(FILES, "files", 0, ONCE, "LIST", "FILE",                                                     \
      RS_CMD_RELABEL | RS_CMD_MISTAKES | RS_CMD_CLEAN | RS_CMD_PROPOSE, LABELS,                    \
      "file names of all images in the order of the labels, one a line (default: images are known "\
      "by their ILSVRC numbers)")                                                                  \
    X(SCORES_OUT, "scores-out", 0, ONCE, "FILE.npz", "FILE", RS_CMD_AGGREGATE, OUTPUT,             \
      "write every pair's score, in the order of the votes")                                       \
    X(RATERS_OUT, "raters-out", 0, ONCE, "FILE.csv", "FILE", RS_CMD_AGGREGATE, OUTPUT,             \
      "write every rater's confusion matrix")                                                      \
    X(EXTRA, "extra", 0, ONCE, "N", "", RS_CMD_PROPOSE, CANDIDATES,                                \
      "beside first predictions, propose the N pairs of an image and a class with a model's "      \
      "largest logits over all images, and the N with its largest probabilities (default: as many "\
      "as images)")                                                                                \
    X(MIN_RECALL, "min-recall", 0, ONCE, "R", "", RS_CMD_PROPOSE, CANDIDATES,                      \
      "with --golden: of the subsets of the models that reach this recall take the most precise "  \
      "(default 0.97)")                                                                            \
    X(UNJUDGED, "unjudged", 0, ONCE, "HOW", "absent|skip", RS_CMD_PROPOSE, CANDIDATES,             \
      "proposals for golden images that the golden set does not judge: count them as absent "      \
      "(default), or leave them out of the precision")                                             \
    X(PER_TASK, "per-task", 0, ONCE, "N", "", RS_CMD_ASKING, CANDIDATES,                           \
      "at most so many candidates in a task (default 8)")                                          \
    X(HIERARCHY, "hierarchy", 0, ONCE, "HOW", "wordnet|none", RS_CMD_ASKING, CANDIDATES,           \
      "along what images with more candidates are split: WordNet (default; it also gives "         \
      "definitions), or none, by class order")                                                     \
    X(IMAGES, "images", 0, ONCE, "URL", "", RS_CMD_ASKING, CANDIDATES,                             \
      "where a rater's browser finds an image: a path or URL with {image} for the file name, or "  \
      "{stem} for it without its ending")                                                          \
    X(EXAMPLES, "examples", 0, ONCE, "URL", "", RS_CMD_ASKING, CANDIDATES,                         \
      "where it finds example images of a class: with {class} or {synset}, and {n} from 1 on")     \
    X(EXAMPLE_COUNT, "example-count", 0, ONCE, "N", "", RS_CMD_ASKING, CANDIDATES,                 \
      "how many examples a class has at most (default 3)")                                         \
    X(TITLE, "title", 0, ONCE, "TEXT", "", RS_CMD_ASKING | RS_CMD_REPORT, OUTPUT,                  \
      "title of the page (report: default the number of models)")                                  \
    X(HTML, "html", 0, ONCE, "FILE.html", "FILE", RS_CMD_ASKING, OUTPUT,                           \
      "write the page on which raters answer, one file that needs nothing but the images")         \
    X(SVG, "svg", 0, ONCE, "FILE.svg", "FILE", RS_CMD_CURVE, OUTPUT, "draw the curve")             \
    X(AGREEMENT, "agreement", 0, ONCE, "FILE.csv", "FILE", RS_CMD_COMPARE, OUTPUT,                 \
      "write the matrix of equal predictions: a line and a column for each model")                 \
    X(UNIT, "unit", 0, ONCE, "UNIT", "auto|percent|fraction", RS_CMD_TREND, INPUT,                 \
      "what the accuracies of a CSV file are (default auto: percent when one is above 1)")         \
    X(OUT, "output", 'o', ONCE, "PATH", "FILE",                                                    \
      RS_CMD_SYNTH | RS_CMD_RELABEL | RS_CMD_CLEAN | RS_CMD_MISTAKES | RS_CMD_COMPARED |           \
      RS_CMD_PROPOSE | RS_CMD_TASKS | RS_CMD_REPORT | RS_CMD_MERGE, OUTPUT,                        \
      "where to write: CSV (compare, trend, curve, mistakes), CSV or JSON lines (merge), JSON "    \
      "lines (propose, tasks), HTML (report), label sets in real.json form (aggregate), the kept " \
      "rows (clean), logits or a folder of labels (synth)")                                        \
    X(FOLDS, "folds", 0, ONCE, "blocks|stripes|LIST", "FILE", RS_CMD_CLEAN, CLEANING,              \
      "each MODEL predicts one fold, which its training left out, in the order of the files: "     \
      "consecutive blocks of rows, row i in fold i mod the number of files, or the fold of each "  \
      "row (from 0) a line in LIST. A file holds all rows or those of its fold")                   \
    X(MARGIN, "margin", 0, ONCE, "M", "", RS_CMD_CLEAN, CLEANING,                                  \
      "keep a row only when its label's value is at least M above every other one, in the units "  \
      "of the input (default 0: the label is the prediction)")                                     \
    X(DROPPED, "dropped", 0, ONCE, "FILE.csv", "FILE", RS_CMD_CLEAN, OUTPUT,                       \
      "write a line for every dropped row: reason, label, prediction, rank, margin, fold")         \
    X(RATER_SCORES, "rater-scores", 0, ONCE, "FILE.npz", "FILE", RS_CMD_MISTAKES, RATERS,          \
      "raters' scores of pairs, as aggregate --scores-out writes them: is the predicted class "    \
      "near the threshold, and whose label do raters prefer")                                      \
    X(NEAR, "near", 0, ONCE, "D", "", RS_CMD_MISTAKES, RATERS,                                     \
      "a score is near the threshold when it is at most D from it (default 0.15)")                 \
    X(ANSWERS, "answers", 0, ONCE, "FILE", "FILE", RS_CMD_MISTAKES, RATERS,                        \
      "what people answered when asked whether the predicted class is in the image, in the form "  \
      "of --votes: yes (not a mistake), no (a clear mistake), maybe (undecided)")                  \
    X(WRONG_BY, "wrong-by", 0, ONCE, "LABELS", "real|original|both|either", RS_CMD_MISTAKES,       \
      METRICS, "which mistakes are listed: wrong by these labels (default real)")                  \
    X(LIMIT, "limit", 0, ONCE, "N", "", RS_CMD_MISTAKES, METRICS,                                  \
      "list the first N mistakes of each model (default: all; the table shows 20)")                \
    X(TASKS, "tasks", 0, ONCE, "FILE.jsonl", "FILE", RS_CMD_MISTAKES, OUTPUT,                      \
      "write the listed mistakes as rating tasks, a JSON line each, for people to judge; those "   \
      "that --answers judge already are left out")                                                 \
    X(OUT_DIR, "out", 0, ONCE, "DIR", "FILE", RS_CMD_SWEEP | RS_CMD_MERGE, OUTPUT,                 \
      "the folder of results; made if it is not there. With merge: every model's results, whole "  \
      "(parts joined), so that compare, report and mistakes take DIR")                             \
    X(LIST, "list", 0, ONCE, "FILE", "FILE", RS_CMD_SWEEP, INPUT,                                  \
      "also the models of FILE, one a line: name, files (several are row blocks), and of these "   \
      "options those of the model alone: --pred-scores, --order, --class-map, --dtype, --shape, "  \
      "--tensor, --values; --ensemble, --weights, --space; --features and one --head, which mean " \
      "what they mean to eval")                                                                    \
    X(SHARD, "shard", 0, ONCE, "I/N", "", RS_CMD_SWEEP, INPUT,                                     \
      "only every N-th model from number I on, from 0 (default: by the task of a SLURM array)")    \
    X(SLURM, "slurm", 0, ONCE, "N", "", RS_CMD_SWEEP, ENGINE,                                      \
      "submit the sweep as a SLURM array of N tasks, and a job behind it that merges their "       \
      "results into DIR/merged.csv; scripts and logs are in DIR/slurm")                            \
    X(SBATCH, "sbatch", 0, MANY, "OPTION", "", RS_CMD_SWEEP, ENGINE,                               \
      "with --slurm: an option of sbatch for the tasks, as in --sbatch=--gpus-per-task=1")         \
    X(DRY_RUN, "dry-run", 0, FLAG, NULL, "", RS_CMD_SWEEP, ENGINE,                                 \
      "with --slurm: print the commands instead of running them")                                  \
    X(SORT, "sort", 0, ONCE, "METRIC", "", RS_CMD_MERGE, OUTPUT,                                   \
      "order of the leaderboard: a metric of the records, as in real_top1 (the default) or "       \
      "imagenet_top5; model sorts by name")                                                        \
    X(MIXED, "mixed", 0, FLAG, NULL, "", RS_CMD_MERGE, INPUT,                                      \
      "also where models were scored by other labels or on other numbers of rows")                 \
    X(EXPECT, "expect", 0, ONCE, "N", "", RS_CMD_MERGE, INPUT,                                     \
      "exit with 1 when there are fewer than N models; what is there is written all the same")     \
    X(HELP, "help", 'h', FLAG, NULL, "", RS_CMD_ALL, GENERAL, "show this help and exit")           \
    X(VERSION, "version", 0, FLAG, NULL, "", RS_CMD_ALL, GENERAL, "show the version and exit")

typedef enum rs_option_id {
#define RS_OPTION_ENUM(id, ...) RS_OPT_##id,
    RS_OPTION_MAP(RS_OPTION_ENUM)
#undef RS_OPTION_ENUM
    RS_OPTIONS
} rs_option_id;

typedef struct rs_option {
    const char *name;
    char letter;
    rs_option_kind kind;
    const char *argument;
    const char *choices;
    unsigned commands;
    rs_option_group group;
    const char *help;
} rs_option;

/* What --seed and --replicates take at most: numbers that JSON holds exactly. */
#define RS_SEED_MAX ((UINT64_C(1) << 53) - 1)
#define RS_REPLICATES_MAX 10000000

/* [RS_OPTIONS] */
extern const rs_option rs_options[];
extern const char *const rs_option_groups[];

typedef struct rs_command {
    const char *name;
    unsigned bit;
    const char *summary;   /* one line */
    const char *arguments; /* "[options] MODEL..." */
    const char *text;      /* paragraphs for --help and the man page */
    const char *examples;  /* "# comment\ncommand\n..." */
} rs_command;

extern const rs_command rs_commands[];
extern const size_t rs_command_count;

const rs_command *rs_command_find(const char *name); /* NULL: none of that name */

#endif
