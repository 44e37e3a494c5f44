/* options.c - the tables of options and commands. */
#include "cli/options.h"

#include <string.h>

const rs_option rs_options[] = {
#define RS_OPTION_ROW(id, name, letter, kind, argument, choices, commands, group, help) \
    [RS_OPT_##id] = {name,     letter,           RS_OPTION_##kind, argument, choices,   \
                     commands, RS_GROUP_##group, help},
    RS_OPTION_MAP(RS_OPTION_ROW)
#undef RS_OPTION_ROW
};

const char *const rs_option_groups[] = {
    [RS_GROUP_INPUT] = "Input",       [RS_GROUP_LABELS] = "Labels",
    [RS_GROUP_METRICS] = "Metrics",   [RS_GROUP_OUTPUT] = "Output",
    [RS_GROUP_ENGINE] = "Engine",     [RS_GROUP_MATERIAL] = "Material",
    [RS_GROUP_RATERS] = "Raters",     [RS_GROUP_CLEANING] = "Cleaning",
    [RS_GROUP_CANDIDATES] = "Candidates",
    [RS_GROUP_RANDOM] = "Random numbers",
    [RS_GROUP_GENERAL] = "General",
};

const rs_command rs_commands[] = {
    {"eval", RS_CMD_EVAL, "score files of logits or predictions", "[options] MODEL...",
     "Scores each MODEL against the original labels and the ReaL label sets in one pass and prints "
     "top-K and ReaL accuracy, further predictions, the comparison with the oracle and the "
     "disagreements, with 95 % intervals.\n\n"
     "A MODEL is a file: .npy, .npz, .safetensors, a raw file with --shape, or predictions (N or N "
     "x k integers, or a CSV file_name,predicted_class,predicted_probability). The format is found "
     "by the first bytes. - is standard input. Floats are logits or probabilities, one column a "
     "class.\n\n"
     "Labels are looked for in the label folder that scripts/get_labels.sh fills (see reassess "
     "info), or given with --real and --labels.",
     "# one model\n"
     "reassess eval resnet50.npy\n"
     "# rows in the order of torchvision's ImageFolder, results for a script\n"
     "reassess eval --order imagefolder --json - resnet50.npy\n"
     "# top-5 predictions that are not sorted, ranked by their probabilities\n"
     "reassess eval --order imagefolder --pred-scores preds=probs *_top5preds.npy\n"
     "# bfloat16 saved by NumPy, four parts of one model\n"
     "reassess eval --dtype bf16 --parts part0.npy part1.npy part2.npy part3.npy\n"
     "# the average of three models' probabilities, the first counting twice\n"
     "reassess eval --ensemble --space prob --weights 2,1,1 a.npy b.npy c.npy\n"
     "# linear probes on the features of one backbone\n"
     "reassess eval --features features.npy --head probe.npz --head W.npy,b.npy\n"
     "# straight from a program\n"
     "python3 predict.py | reassess eval --name mine -\n"},
    {"sweep", RS_CMD_SWEEP, "score many models into a folder, resumable",
     "[options] --out DIR MODEL...",
     "Scores many models as eval does and writes for each, into the folder, its record "
     "(NAME.json), its counters (NAME.tally) and the first ten predictions of every row with their "
     "values (NAME.topk.npz), from which merge, compare, report and mistakes work without the "
     "logits.\n\n"
     "A MODEL is a file, a folder (the files in it that hold rows) or a pattern in quotes; --list "
     "names models with options of their own, ensembles and heads among them. What is there "
     "already and was made from the same input, labels, options and version is left alone, so "
     "after any interruption the same command finishes the work; why a model is redone is said. A "
     "model that fails gets NAME.error.json, and the others go on; then the exit status is 1. "
     "SIGTERM, SIGINT and SIGUSR1 end a sweep within a second with 75.\n\n"
     "Several sweeps may write one folder at once, each with its --shard or as a task of a SLURM "
     "array. --row-range splits one huge input by rows; merge adds the parts up.",
     "# all models in a folder; again to finish what was interrupted\n"
     "reassess sweep --order imagefolder --out results logits/\n"
     "# models named in a file, a line for each: name, files, options\n"
     "reassess sweep --out results --list models.txt\n"
     "# such lines: an ensemble, and a head on features\n"
     "#   both a.npy b.npy --ensemble --weights 2,1\n"
     "#   probe --features features.npy --head w.npy,b.npy\n"
     "# one of four shards\n"
     "reassess sweep --shard 0/4 --out results logits/\n"
     "# an array of 16 SLURM tasks with a GPU each, then a merged table; first only shown\n"
     "reassess sweep --slurm 16 --sbatch=--gpus-per-task=1 --dry-run --backend cuda --out results "
     "--list models.txt\n"
     "# the first half of one input; merge adds it to the other half\n"
     "reassess sweep --row-range 0:25000 --out parts huge.npy\n"},
    {"merge", RS_CMD_MERGE, "gather what sweeps wrote",
     "[options] DIR... [-o FILE.csv|FILE.jsonl] [--out DIR]",
     "Gathers the results in folders that sweep wrote: -o writes a CSV line a model, or the "
     "records as JSON lines; the table has the models best first, with their ranks by ImageNet and "
     "by ReaL accuracy side by side. Parts of a model (sweep --row-range) are added up to the "
     "record of one run over all rows. Models scored by different labels or on different numbers "
     "of rows are refused without --mixed. --out gathers the results themselves in one folder, "
     "parts joined to the files of one run. The columns of the CSV are in docs/RECORD.md.",
     "# a leaderboard, and a file for reassess trend\n"
     "reassess merge results -o results.csv\n"
     "# the shards' folders, sorted by top-5 accuracy\n"
     "reassess merge --sort imagenet_top5 shard0 shard1 -o all.jsonl\n"
     "# parts of huge inputs as whole results, and a page about them\n"
     "reassess merge --out joined parts && reassess report joined -o report.html\n"},
    {"compare", RS_CMD_COMPARE, "paired tests between models",
     "[options] A B [C...] | DIR [NAME...]",
     "Compares every two of the models on the same images, by the original labels and by ReaL: the "
     "difference of their top-1 accuracies with its paired bootstrap interval, on how many images "
     "only one of them is right, the exact McNemar test, Holm's correction over all pairs, and on "
     "how many images they answer the same.\n\n"
     "A, B, ... are files as eval takes them, with the same options. DIR is a folder that reassess "
     "sweep wrote: its models, or those named, are compared from their kept predictions.",
     "# two files of logits\n"
     "reassess compare resnet50.npy vgg16.npy\n"
     "# every pair of a sweep, to CSV and JSON\n"
     "reassess compare results -o pairs.csv --agreement agreement.csv --json pairs.json\n"
     "# two models of it, with more replicates\n"
     "reassess compare --replicates 100000 --seed 7 results resnet50 resnet101\n"},
    {"trend", RS_CMD_TREND, "ReaL against ImageNet accuracy over many models",
     "[options] FILE.csv | IMAGENET.csv REAL.csv | DIR",
     "Fits ReaL on ImageNet accuracy: one line through all models; one through each half, by "
     "ImageNet accuracy, with the test that their slopes differ; and a broken line that finds the "
     "place of its break, with its interval and a bootstrapped test against no break. Names the "
     "models that gain less, and more, than the trend, and puts the original labels' own point "
     "beside it.\n\n"
     "FILE.csv has the columns model, imagenet_top1 and real_top1, as reassess merge writes them. "
     "Of two files each has model and top1; they are joined on model, img_size and crop_pct. DIR "
     "holds results of reassess sweep. -o writes each model's residuals.",
     "# what a sweep found\n"
     "reassess merge results -o all.csv && reassess trend all.csv\n"
     "# timm's published results\n"
     "reassess trend results-imagenet.csv results-imagenet-real.csv -o residuals.csv\n"},
    {"report", RS_CMD_REPORT, "the figures of the article for your models, as one HTML file",
     "[options] DIR -o FILE.html",
     "Makes one HTML file of the results that a sweep wrote into the folder DIR: the leaderboard "
     "with intervals and both ranks, ReaL against ImageNet accuracy with the lines of its two "
     "halves and the labels' own point, second and third predictions, who is right where model and "
     "label differ, classes against the oracle, what is taken for what, calibration, and which "
     "neighbours differ by more than chance.\n\n"
     "The file needs nothing from outside, no script and no network, prints well and follows the "
     "reader's light or dark setting. The labels must be those that the sweep scored against.",
     "# what a sweep found\n"
     "reassess sweep --out results --order imagefolder *.npy\n"
     "reassess report results -o report.html\n"
     "# with a heading of one's own\n"
     "reassess report --title \"Our models, spring\" results -o report.html\n"},
    {"mistakes", RS_CMD_MISTAKES, "what models still get wrong", "[options] MODEL...",
     "Lists the predictions that the original labels or ReaL call wrong, those that are furthest "
     "ahead of the second prediction first, with the labels of both kinds and what raters said of "
     "the predicted class. A MODEL is a file as eval takes them, or a folder of a sweep's results: "
     "every model in it that has its first predictions.\n\n"
     "With raters' scores also says whose label raters prefer where prediction and original label "
     "differ. With people's answers counts how many mistakes are clear ones, none, or undecided.",
     "# the list, with raters' scores\n"
     "reassess mistakes --rater-scores scores.npz -o mistakes.csv resnet50.npy\n"
     "# a page on which people judge the mistakes of two models\n"
     "reassess mistakes --html judge.html --images 'val/{image}' a.npy b.npy\n"
     "# the table over the models of a sweep, after people judged them\n"
     "reassess mistakes --answers answers.jsonl results/\n"},
    {"labels", RS_CMD_LABELS, "what the label files hold", "[options]",
     "Prints set sizes, the share of images with several labels, the labels' own ReaL accuracy, "
     "the most frequent pairs of labels, and the oracle: overall and per class.",
     "# the labels of the label folder\n"
     "reassess labels\n"
     "# the oracle of every class as CSV\n"
     "reassess labels --per-class oracle.csv\n"},
    {"propose", RS_CMD_PROPOSE, "candidate labels from models, and which models to ask",
     "[options] MODEL...",
     "Lists for every image the labels it may show: the original label, the first prediction of "
     "every MODEL, and the further labels with the largest logits and the largest probabilities "
     "over all images. A MODEL is a file as for eval; ranked predictions need --pred-scores, or "
     "--extra 0.\n\n"
     "With a golden set every non-empty subset of the models is tried. The subsets that no other "
     "beats in recall and precision are shown, and candidates are written for the one with the "
     "best precision at a recall of --min-recall or more; when none reaches it, the exit status is "
     "1. docs/RELABEL.md has the definitions.",
     "# candidates of all models\n"
     "reassess propose --extra 100000 -o candidates.jsonl resnet50.npy vgg16.npy\n"
     "# of the best subset of many, whose top-5 and probabilities are in two files each\n"
     "reassess propose --order imagefolder --pred-scores preds=probs --values probs --golden "
     "golden.npz --min-recall 0.9 -o candidates.jsonl *_top5preds.npy\n"},
    {"tasks", RS_CMD_TASKS, "candidates to rating tasks, and the page to answer them on",
     "[options] CANDIDATES.jsonl",
     "Reads the candidates that reassess propose wrote and makes rating tasks of them: an image "
     "and at most 8 candidates. Nobody is asked about images on which the first predictions of all "
     "models are the original label. Images with more candidates are split along WordNet's "
     "hierarchy, so that related classes are judged side by side; every candidate is asked exactly "
     "once.\n\n"
     "The page is one file. PAGE.html?rater=NAME&from=A&to=B gives a rater tasks A to B; the "
     "answers stay in the rater's browser and are exported as JSON that reassess aggregate reads "
     "with --votes.",
     "# tasks as JSON lines, and a page whose images lie beside it\n"
     "reassess tasks -o tasks.jsonl --html rate.html --images 'val/{image}' candidates.jsonl\n"
     "# classes that WordNet does not know\n"
     "reassess tasks --hierarchy none -o tasks.jsonl candidates.jsonl\n"},
    {"aggregate", RS_CMD_AGGREGATE, "raters' answers to scores and label sets",
     "[options] --votes FILE",
     "Turns what raters answered (yes, maybe, no) on pairs of an image and a class into one score "
     "a pair, and scores into label sets in real.json form. Images that nobody rated keep their "
     "original label.\n\n"
     "golden, the recipe of the published labels, weighs every rater by their answers to golden "
     "questions; em estimates raters and truth from each other; majority counts. The formulas are "
     "in docs/RELABEL.md.",
     "# the published scores and labels from the published votes\n"
     "reassess aggregate --votes raters.npz --golden golden.npz --golden-votes raters_golden.npz "
     "--expert-classes 0-397 --scores-out scores.npz --threshold 0.8 -o real.json\n"
     "# a data set of one's own, without golden questions\n"
     "reassess aggregate --method em --votes answers.csv --files images.txt --labels labels.txt "
     "--raters-out raters.csv -o real.json\n"},
    {"curve", RS_CMD_CURVE, "precision and recall of scores against a golden set",
     "[options] --golden FILE SCORES.npz...",
     "Compares scores with pairs that experts settled, over all thresholds, and puts beside the "
     "curves what single raters (--golden-votes), the majority of answers (--votes) and the "
     "original labels (--labels) reach.",
     "# Figure 3, right\n"
     "reassess curve --golden golden.npz --golden-votes raters_golden.npz --votes raters.npz "
     "--labels original.txt --svg curve.svg -o curve.csv scores.npz\n"},
    {"clean", RS_CMD_CLEAN, "which training labels to keep", "[options] --labels FILE MODEL...",
     "Keeps the rows whose label is what the model predicts, and drops the others: the article "
     "trains better models on what is left. The prediction should come from a model that did not "
     "see the row in training: cut the data into folds, train a model without each, and give "
     "their outputs in the order of the folds with --folds.\n\n"
     "A MODEL is a file as eval takes them. Rows are read once and not held, so any number of "
     "them will do. Kept rows are written as file names where --files or the labels give them, "
     "else as row numbers from 0.",
     "# one file of out-of-fold logits\n"
     "reassess clean --labels train.txt -o kept.txt --dropped dropped.csv logits.npy\n"
     "# ten models, each with the rows that its training left out\n"
     "reassess clean --labels train.txt --folds folds.txt --files files.txt -o kept.txt "
     "fold0.npy fold1.npy fold2.npy fold3.npy fold4.npy fold5.npy fold6.npy fold7.npy fold8.npy "
     "fold9.npy\n"
     "# straight from a program, only labels that are clearly ahead\n"
     "python3 predict.py | reassess clean --labels train.txt --margin 1 -o kept.txt -\n"},
    {"synth", RS_CMD_SYNTH, "make test material", "labels|logits [options] -o PATH",
     "synth labels writes a folder with synthetic labels that have the statistics of the real "
     "ones; records made with them say so. synth logits writes logits with a wanted accuracy by "
     "given labels, or, with --from-predictions, full-size logits that rank first what a real "
     "model ranked first. The same options make the same bytes on every machine.",
     "# labels of 50,000 images in a folder, and logits of 76 % accuracy by them\n"
     "reassess synth labels --shape 50000,1000 -o synthetic\n"
     "reassess synth logits --labels synthetic/original.txt --real synthetic/real.json "
     "--accuracy 0.76 -o logits.npy\n"
     "# full-size logits that carry a real model's top-5\n"
     "reassess synth logits --from-predictions top5preds.npy --probs top5probs.npy --shape 0,1000 "
     "--dtype f16 -o logits.npy\n"},
    {"info", RS_CMD_INFO, "build, engines and label folder", "",
     "Prints what this binary was built from and with, which engines and instruction sets it can "
     "use on this machine, and where it looks for labels.",
     "reassess info\n"},
    {"help", RS_CMD_HELP, "help on a command; the man page; bash completion",
     "[COMMAND|man|completion]",
     "Without an argument lists the commands. With the name of a command shows its options. man "
     "prints the manual page, completion a completion script for bash.",
     "reassess help eval\n"
     "reassess help man | man -l -\n"
     "source <(reassess help completion)\n"},
};

const size_t rs_command_count = sizeof rs_commands / sizeof rs_commands[0];

const rs_command *rs_command_find(const char *name)
{
    for (size_t i = 0; i < rs_command_count; ++i) {
        if (strcmp(rs_commands[i].name, name) == 0) {
            return &rs_commands[i];
        }
    }
    return NULL;
}
