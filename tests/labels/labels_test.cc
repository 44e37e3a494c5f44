// The ground truth as a whole: from arrays, from files, and files that do not belong together.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "labels/label_case.h"
#include "support/program.h"
#include "support/real_data.h"

namespace {

// A pipe is opened once: whoever writes into it, and closes it, has been read.
TEST(LabelsLoad, LabelsFromANamedPipe)
{
    const TemporaryFolder folder;
    const std::string pipe = folder.path("labels.txt");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    rs_labels_options options = {};
    options.original_path = pipe.c_str();
    for (int i = 0; i < 20; ++i) {
        const pid_t writer = fork();
        if (writer == 0) {
            alarm(20);
            const int fd = open(pipe.c_str(), O_WRONLY);
            _exit(write(fd, "0\n2\n1\n", 6) == 6 ? 0 : 1);
        }
        rs_labels *labels = nullptr;
        rs_error error = {};
        alarm(20); // instead of waiting for a second writer
        ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
        alarm(0);
        EXPECT_EQ(OriginalsOf(labels), (std::vector<int32_t>{0, 2, 1}));
        rs_labels_free(labels);
        int status = -1;
        waitpid(writer, &status, 0);
        EXPECT_EQ(status, 0);
    }
}

// Labels that are synset ids and come without a class list: class folders are numbered so.
TEST(LabelsLoad, TheirOwnIdsAreTheClassList)
{
    const TemporaryFolder folder;
    const std::string kaggle =
        folder.write("kaggle.csv", "ImageId,PredictionString\nb,n00000007 1 2 3 4 \n"
                                   "a,n00000009 1 2 3 4 \nc,n00000007 1 2 3 4 \n");
    const std::string sets = folder.write("sets.csv", "id,real\na,n00000009 n00000007\nb,\nc,\n");
    rs_labels_options options = {};
    options.original_path = kaggle.c_str();
    options.real_path = sets.c_str();
    options.classes = 2;
    rs_labels *labels = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    EXPECT_EQ(OriginalsOf(labels), (std::vector<int32_t>{1, 0, 0}));
    EXPECT_EQ(SetsOf(labels), (Sets{{0, 1}, {}, {}}));
    EXPECT_STREQ(rs_labels_synset(labels, 1), "n00000009");
    rs_labels_free(labels);
    // ids that are not all the classes say nothing about the others, nor do those in names of files
    for (const uint32_t classes : {0u, 1u, 3u}) {
        options.classes = classes;
        EXPECT_EQ(rs_labels_load(&options, &labels, &error), RS_FORMAT) << classes;
        EXPECT_NE(std::string(error.advice).find("--classes"), std::string::npos) << error.advice;
    }
    const std::string names = folder.write("names.txt", "n00000001_1.JPEG x\nxn00000002 y\n");
    options = {};
    options.original_path = names.c_str();
    options.classes = 2;
    EXPECT_EQ(rs_labels_load(&options, &labels, &error), RS_FORMAT);
}

TEST(LabelsCreate, SortsAndCopies)
{
    const Labels labels = CreateLabels(10, {3, -1, 9}, {{9, 0, 4}, {}, {5}});
    const rs_label_view *view = rs_labels_get_view(labels.get());
    EXPECT_EQ(view->rows, 3u);
    EXPECT_EQ(view->classes, 10u);
    EXPECT_EQ(OriginalsOf(labels.get()), (std::vector<int32_t>{3, -1, 9}));
    EXPECT_EQ(SetsOf(labels.get()), (Sets{{0, 4, 9}, {}, {5}}));
    EXPECT_EQ(rs_labels_real_path(labels.get()), nullptr);
    EXPECT_EQ(rs_labels_original_path(labels.get()), nullptr);
    EXPECT_EQ(rs_labels_synset(labels.get(), 0), nullptr);
    EXPECT_FALSE(rs_labels_are_ilsvrc(labels.get()));
    EXPECT_FALSE(rs_labels_are_synthetic(labels.get()));
}

TEST(LabelsCreate, EitherKindAlone)
{
    const Labels originals = CreateLabels(5, {1, 4});
    EXPECT_EQ(SetsOf(originals.get()), (Sets{{}, {}}));
    const Labels sets = CreateLabels(5, {}, {{1}, {4, 2}});
    EXPECT_EQ(OriginalsOf(sets.get()), (std::vector<int32_t>{-1, -1}));
    EXPECT_NE(rs_labels_hash(originals.get()), rs_labels_hash(sets.get()));
}

TEST(LabelsCreate, RefusesArraysThatCannotBe)
{
    rs_labels *labels = nullptr;
    rs_error error = {};
    const int32_t original[] = {0, 5};
    const uint32_t begin[] = {0, 2, 3};
    const int32_t good[] = {1, 0, 4};
    ASSERT_EQ(rs_labels_create(2, 6, original, begin, good, &labels, &error), RS_OK);
    rs_labels_free(labels);

    EXPECT_EQ(rs_labels_create(2, 5, original, begin, good, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "original label 5 is outside -1 to 4");
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 1u);
    EXPECT_EQ(labels, nullptr);

    const int32_t twice[] = {1, 1, 4};
    EXPECT_EQ(rs_labels_create(2, 6, original, begin, twice, &labels, &error), RS_FORMAT);
    EXPECT_STREQ(error.reason, "class 1 stands twice in the set");
    EXPECT_EQ(error.place.at, 0u);
    const int32_t above[] = {1, 0, 6};
    EXPECT_EQ(rs_labels_create(2, 6, original, begin, above, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "class 6 of the set is outside 0 to 5");
    EXPECT_EQ(error.place.at, 1u);
    const int32_t below[] = {-1, 0, 4};
    EXPECT_EQ(rs_labels_create(2, 6, original, begin, below, &labels, &error), RS_RANGE);

    const uint32_t falling[] = {0, 3, 2};
    EXPECT_EQ(rs_labels_create(2, 6, original, falling, good, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "the set begins at 2, before the one ahead of it");
    const uint32_t late[] = {1, 2, 3};
    EXPECT_EQ(rs_labels_create(2, 6, original, late, good, &labels, &error), RS_RANGE);
    EXPECT_EQ(rs_labels_create(2, 6, original, begin, nullptr, &labels, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "the argument \"real_class\" is NULL");
    const uint32_t empty[] = {0, 0, 0};
    EXPECT_EQ(rs_labels_create(2, 6, original, empty, nullptr, &labels, &error), RS_OK);
    rs_labels_free(labels);

    EXPECT_EQ(rs_labels_create(0, 6, original, nullptr, nullptr, &labels, &error), RS_RANGE);
    EXPECT_EQ(rs_labels_create(2, 0, original, nullptr, nullptr, &labels, &error), RS_RANGE);
    EXPECT_EQ(rs_labels_create(2, 65537, original, nullptr, nullptr, &labels, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "labels of 2 rows and 65537 classes cannot be");
    EXPECT_EQ(rs_labels_create(2, 5, original, nullptr, nullptr, &labels, nullptr), RS_RANGE);
    rs_labels_free(nullptr);
}

TEST(LabelsHash, IsThatOfTheDecodedLabels)
{
    const TemporaryFolder folder;
    const std::string ids = folder.write("synsets.txt", "a\nb\nc\n");
    const Labels created = CreateLabels(3, {2, 0, -1}, {{1, 2}, {}, {0}});
    const uint64_t hash = rs_labels_hash(created.get());
    const std::string json = folder.write("real.json", "[[2, 1], [], [0]]");
    const std::string spaced = folder.write("spaced.json", "[[1,2],[],\n[0]]\n");
    const Labels indices = LoadLabels(json, folder.write("index.txt", "2\n0\n-1\n"));
    const Labels synsets = LoadLabels(spaced, folder.write("ids.txt", "c\na\n-1\n"), ids);
    const Labels files = LoadLabels(json, folder.write("files.txt", "y 0\nx 2\nz -1\n"), ids);
    EXPECT_EQ(rs_labels_hash(indices.get()), hash);
    EXPECT_EQ(rs_labels_hash(synsets.get()), hash);
    EXPECT_EQ(rs_labels_hash(files.get()), hash);

    EXPECT_NE(rs_labels_hash(CreateLabels(4, {2, 0, -1}, {{1, 2}, {}, {0}}).get()), hash);
    EXPECT_NE(rs_labels_hash(CreateLabels(3, {2, 0, 1}, {{1, 2}, {}, {0}}).get()), hash);
    EXPECT_NE(rs_labels_hash(CreateLabels(3, {2, 0, -1}, {{1}, {2}, {0}}).get()), hash);
}

TEST(LabelsLoad, TheNumberOfClasses)
{
    const TemporaryFolder folder;
    const std::string json = folder.write("real.json", "[[2, 1], []]");
    const std::string original = folder.write("original.txt", "4\n0\n");
    const auto classes = [](const Labels &labels) {
        return rs_labels_get_view(labels.get())->classes;
    };
    EXPECT_EQ(classes(LoadLabels(json, original)), 5u);
    EXPECT_EQ(classes(LoadLabels(json, "")), 3u);
    EXPECT_EQ(classes(LoadLabels(json, original, "", "", nullptr, 9)), 9u);
    EXPECT_EQ(classes(LoadLabels(json, original, folder.write("ids", "a\nb\nc\nd\ne\nf\n"))), 6u);
    EXPECT_EQ(
        classes(LoadLabels(json, original, "", folder.write("names", "A\nB\nC\nD\nE\nF\nG\n"))),
        7u);
}

TEST(LabelsLoad, FilesThatDoNotBelongTogether)
{
    const TemporaryFolder folder;
    const std::string json = folder.write("real.json", "[[2, 1], []]");
    const std::string original = folder.write("original.txt", "4\n0\n3\n");
    const std::string two = folder.write("two.txt", "4\n0\n");
    const std::string ids = folder.write("ids.txt", "a\nb\nc\n");
    rs_error error = {};

    EXPECT_EQ(LoadLabels(json, original, "", "", &error), nullptr);
    EXPECT_EQ(error.status, RS_MISMATCH);
    EXPECT_EQ(error.file, original);
    EXPECT_EQ(error.reason, "3 original labels, but " + json + " holds 2 label sets");

    EXPECT_EQ(LoadLabels("", "", "", "", &error), nullptr);
    EXPECT_EQ(error.status, RS_USAGE);
    EXPECT_STREQ(error.reason, "there are neither ReaL label sets nor original labels");
    EXPECT_STREQ(error.advice,
                 "run reassess labels --fetch, or name files with --real and --labels");

    EXPECT_EQ(LoadLabels(json, two, ids, "", &error), nullptr);
    EXPECT_EQ(error.status, RS_RANGE);
    EXPECT_EQ(error.file, two);
    EXPECT_STREQ(error.reason, "class 4 is not below the number of classes, 3");

    EXPECT_EQ(LoadLabels(json, "", ids, "", &error, 4), nullptr);
    EXPECT_EQ(error.status, RS_MISMATCH);
    EXPECT_EQ(error.file, ids);
    EXPECT_STREQ(error.reason, "the list holds 3 classes, not 4");
    const std::string names = folder.write("names.txt", "A\nB\n");
    EXPECT_EQ(LoadLabels(json, "", ids, names, &error), nullptr);
    EXPECT_EQ(error.file, names);
    EXPECT_STREQ(error.reason, "the list holds 2 classes, not 3");

    EXPECT_EQ(LoadLabels(json, "", "", "", &error, 65537), nullptr);
    EXPECT_EQ(error.status, RS_RANGE);
    EXPECT_EQ(LoadLabels(folder.write("empty.json", "[[], []]"), "", "", "", &error), nullptr);
    EXPECT_EQ(error.status, RS_FORMAT);
    EXPECT_STREQ(error.reason, "not one image has a label");
    EXPECT_EQ(LoadLabels("", folder.write("unknown.txt", "-1\n-1\n"), "", "", &error), nullptr);
    EXPECT_STREQ(error.reason, "not one image has a label");
    EXPECT_EQ(LoadLabels(folder.path("none"), "", "", "", &error), nullptr);
    EXPECT_EQ(error.status, RS_IO);
}

// The trap of labels in another numbering of the classes, or in another order of the images.
TEST(LabelsLoad, LabelsThatHardlyEverAgree)
{
    const TemporaryFolder folder;
    std::mt19937 random(5);
    std::string json = "[", good, shifted;
    for (int i = 0; i < 6000; ++i) {
        const int label = static_cast<int>(random() % 1000);
        json += (i > 0 ? ", [" : "[") + std::to_string(label) + "]";
        good += std::to_string(label) + "\n";
        shifted += std::to_string(label == 0 ? 999 : label - 1) + "\n";
    }
    const std::string real = folder.write("real.json", json + "]");
    LoadLabels(real, folder.write("good.txt", good));
    const std::string bad = folder.write("shifted.txt", shifted);
    rs_error error = {};
    EXPECT_EQ(LoadLabels(real, bad, "", "", &error), nullptr);
    EXPECT_EQ(error.status, RS_MISMATCH);
    EXPECT_EQ(error.file, bad);
    EXPECT_STREQ(
        error.reason,
        "only 0 of 3000 original labels looked at are in the ReaL sets of their images: the "
        "two files number classes or images in different ways");
    EXPECT_NE(std::string(error.advice).find("reassess labels --fetch"), std::string::npos);
}

// `rows` images of classes 0 to `classes` - 1, of which `agreeing` have their label in their set.
rs_status Agreement(int rows, int classes, int agreeing, rs_error *error)
{
    const TemporaryFolder folder;
    std::string json = "[", labels;
    for (int i = 0; i < rows; ++i) {
        const int label = i % classes;
        const int in_set = i < agreeing ? label : (label + 1) % classes;
        json += (i > 0 ? ", [" : "[") + std::to_string(in_set) + "]";
        labels += std::to_string(label) + "\n";
    }
    const std::string real = folder.write("real.json", json + "]");
    const std::string original = folder.write("labels.txt", labels);
    rs_labels_options options = {};
    options.real_path = real.c_str();
    options.original_path = original.c_str();
    rs_labels *loaded = nullptr;
    const rs_status status = rs_labels_load(&options, &loaded, error);
    rs_labels_free(loaded);
    return status;
}

// What is said of a thousand rows and a hundred classes is not said of fewer, and 2 % are enough.
TEST(LabelsLoad, HowFewRowsAndClassesTell)
{
    rs_error error = {};
    EXPECT_EQ(Agreement(1000, 100, 20, &error), RS_OK) << error.reason;
    EXPECT_EQ(Agreement(1000, 100, 19, &error), RS_MISMATCH);
    EXPECT_EQ(std::string(error.reason).substr(0, 52),
              "only 19 of 1000 original labels looked at are in the");
    EXPECT_EQ(Agreement(1000, 100, 0, &error), RS_MISMATCH);
    EXPECT_EQ(Agreement(999, 100, 0, &error), RS_OK) << error.reason;
    EXPECT_EQ(Agreement(1000, 99, 0, &error), RS_OK) << error.reason;
    // every second one is looked at
    EXPECT_EQ(Agreement(4000, 100, 79, &error), RS_OK) << error.reason;
    EXPECT_EQ(Agreement(4000, 100, 78, &error), RS_MISMATCH);
    EXPECT_EQ(std::string(error.reason).substr(0, 52),
              "only 39 of 2000 original labels looked at are in the");
}

TEST(LabelsLoad, ThePublishedFiles)
{
    RS_NEED_DATA();
    const std::string data = DataFolder();
    const std::string real = data + "/reassessed-imagenet/real.json";
    const std::string original = data + "/ilsvrc2012_val_labels.txt";
    const Labels labels = LoadLabels(real, original, data + "/imagenet_synsets.txt");
    const RealLabels expected = ReadRealLabels();
    Sets sets(expected.real.begin(), expected.real.end());
    size_t total = 0;
    for (auto &set : sets) {
        std::sort(set.begin(), set.end());
        total += set.size();
    }
    EXPECT_EQ(total, 57553u);
    EXPECT_TRUE(SetsOf(labels.get()) == sets);
    EXPECT_TRUE(OriginalsOf(labels.get()) ==
                std::vector<int32_t>(expected.original.begin(), expected.original.end()));
    EXPECT_EQ(rs_labels_get_view(labels.get())->classes, 1000u);
    EXPECT_TRUE(rs_labels_are_ilsvrc(labels.get()));
    EXPECT_FALSE(rs_labels_are_synthetic(labels.get()));
    EXPECT_STREQ(rs_labels_synset(labels.get(), 0), "n01440764");
    EXPECT_STREQ(rs_labels_synset(labels.get(), 999), "n15075141");
    EXPECT_EQ(rs_labels_hash(labels.get()), rs_labels_hash(LoadLabels(real, original).get()));
    EXPECT_STREQ(rs_labels_real_path(labels.get()), real.c_str());
}

TEST(LabelsLoad, KnowsTheIlsvrcClasses)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const std::string ids = DataFolder() + "/imagenet_synsets.txt";
    const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
    const std::string one = folder.write("one.txt", "5\n");
    EXPECT_TRUE(rs_labels_are_ilsvrc(LoadLabels("", original).get()));
    EXPECT_TRUE(rs_labels_are_ilsvrc(LoadLabels("", one, ids).get()));
    EXPECT_FALSE(rs_labels_are_ilsvrc(LoadLabels("", one).get()));
    std::string other = ReadFile(ids);
    other[0] = 'm';
    EXPECT_FALSE(rs_labels_are_ilsvrc(LoadLabels("", one, folder.write("ids.txt", other)).get()));
    std::string changed = ReadFile(original);
    changed.replace(0, 2, "66");
    EXPECT_FALSE(rs_labels_are_ilsvrc(LoadLabels("", folder.write("o.txt", changed)).get()));
}

} // namespace
