// Rating tasks: how candidates are split along WordNet, what is written, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "labels/data_noun.h"
#include "relabel/tasks_reference.inc"
#include "support/program.h"

extern "C" {
#include "relabel/scores.h"
#include "relabel/task_split.h"
#include "relabel/tasks.h"
}

namespace {

// entity > animal > dog > { hound > h0 .. h5, terrier > t0 .. t3 }, animal > cat > c0, c1;
// entity > artifact > { car > v0, v1, chair > s0 }; rex is an instance of a dog; idea > x0, which
// stands before entity and whose class is the last.
class Zoo {
public:
    Zoo()
    {
        const int idea = add("idea", "");
        const int entity = add("entity", "");
        const int animal = add("animal", "@ " + std::to_string(entity));
        const int dog = add("dog", "@ " + std::to_string(animal));
        const int hound = add("hound", "@ " + std::to_string(dog));
        const int terrier = add("terrier", "@ " + std::to_string(dog));
        const int cat = add("cat", "@ " + std::to_string(animal));
        const int artifact = add("artifact", "@ " + std::to_string(entity));
        const int car = add("car", "@ " + std::to_string(artifact));
        const int chair = add("chair", "@ " + std::to_string(artifact));
        leaves("h", 6, hound);
        leaves("t", 4, terrier);
        leaves("c", 2, cat);
        leaves("v", 2, car);
        leaves("s", 1, chair);
        classes_.push_back(add("rex", "@i " + std::to_string(dog)));
        names_.push_back("rex");
        leaves("x", 1, idea);
        const std::string text = DataNoun(synsets_);
        EXPECT_EQ(rs_wordnet_parse("data.noun", reinterpret_cast<const uint8_t *>(text.data()),
                                   text.size(), &wordnet, nullptr),
                  RS_OK);
        for (const int synset : classes_) {
            ids_.push_back(SynsetIds(text)[size_t(synset)]);
        }
        std::vector<const char *> ids;
        for (const std::string &id : ids_) {
            ids.push_back(id.c_str());
        }
        EXPECT_EQ(rs_class_texts_make(uint32_t(ids.size()), ids.data(), nullptr, wordnet, &texts,
                                      nullptr),
                  RS_OK);
    }
    ~Zoo()
    {
        rs_class_texts_clear(&texts);
        rs_wordnet_free(wordnet);
    }
    Zoo(const Zoo &) = delete;
    Zoo &operator=(const Zoo &) = delete;

    int32_t find(const std::string &name) const
    {
        return int32_t(std::find(names_.begin(), names_.end(), name) - names_.begin());
    }
    std::vector<int32_t> of(const std::string &names) const
    {
        std::vector<int32_t> classes;
        for (size_t at = 0; at < names.size();) {
            const size_t blank = std::min(names.find(' ', at), names.size());
            classes.push_back(find(names.substr(at, blank - at)));
            at = blank + 1;
        }
        return classes;
    }
    std::string name(int32_t c) const { return names_[size_t(c)]; }
    std::string id(const std::string &name) const { return ids_[size_t(find(name))]; }

    rs_wordnet *wordnet = nullptr;
    rs_class_texts texts = {};

private:
    int add(const std::string &word, const std::string &parent)
    {
        Synset synset = {"01 " + word + " 0", {}, "what a " + word + " is; \"a " + word + "!\""};
        if (!parent.empty()) {
            synset.parents.push_back(parent);
        }
        synsets_.push_back(synset);
        return int(synsets_.size()) - 1;
    }
    void leaves(const std::string &prefix, int count, int parent)
    {
        for (int i = 0; i < count; ++i) {
            names_.push_back(prefix + std::to_string(i));
            classes_.push_back(add(names_.back(), "@ " + std::to_string(parent)));
        }
    }
    std::vector<Synset> synsets_;
    std::vector<int> classes_;
    std::vector<std::string> names_, ids_;
};

class Tasks {
public:
    Tasks(const Zoo &zoo, uint32_t per_task, bool by_wordnet = true) : zoo_(zoo)
    {
        EXPECT_EQ(rs_task_splitter_make(&zoo.texts, by_wordnet ? zoo.wordnet : nullptr, per_task,
                                        &splitter_, nullptr),
                  RS_OK);
    }
    ~Tasks()
    {
        rs_tasks_clear(&value);
        rs_task_splitter_free(splitter_);
    }
    Tasks(const Tasks &) = delete;
    Tasks &operator=(const Tasks &) = delete;

    rs_status add(const std::string &image, const std::vector<int32_t> &classes,
                  int32_t original = -1)
    {
        return rs_tasks_add(&value, splitter_, {image.data(), image.size()}, original,
                            classes.data(), uint32_t(classes.size()), &error);
    }
    // "h0 h1 | c0" of the tasks from `first` on
    std::string Text(uint32_t first = 0) const
    {
        std::string text;
        for (uint32_t t = first; t < value.count; ++t) {
            text += t == first ? "" : " | ";
            for (uint64_t i = value.begin[t]; i < value.begin[t + 1]; ++i) {
                text += (i > value.begin[t] ? " " : "") + zoo_.name(value.class_index[i]);
            }
        }
        return text;
    }
    std::string split(const std::string &names)
    {
        const uint32_t before = value.count;
        EXPECT_EQ(add("image " + std::to_string(before), zoo_.of(names)), RS_OK) << error.reason;
        return Text(before);
    }

    rs_tasks value = rs_tasks_make();
    rs_error error = {};

private:
    const Zoo &zoo_;
    rs_task_splitter *splitter_ = nullptr;
};

TEST(Tasks, few_candidates_are_one_task_in_the_order_of_the_tree)
{
    const Zoo zoo;
    Tasks tasks(zoo, 8);
    EXPECT_EQ(tasks.split("s0"), "s0");
    EXPECT_EQ(tasks.split("h0 x0"), "x0 h0");
    EXPECT_EQ(tasks.split("s0 c1 v0 h2 t0 rex c0 h1"), "h1 h2 t0 rex c0 c1 v0 s0");
}

TEST(Tasks, what_is_related_stays_together)
{
    const Zoo zoo;
    Tasks tasks(zoo, 8);
    EXPECT_EQ(tasks.split("h0 h1 h2 h3 h4 h5 t0 t1 t2 t3"), "h0 h1 h2 h3 h4 h5 | t0 t1 t2 t3");
    EXPECT_EQ(tasks.split("h0 h1 h2 h3 h4 h5 t0 t1 t2 c0 c1"),
              "h0 h1 h2 h3 h4 h5 c0 c1 | t0 t1 t2");
    EXPECT_EQ(tasks.split("v0 v1 s0 t0 t1 t2 t3 c0 c1"), "t0 t1 t2 t3 c0 c1 | v0 v1 s0");
    EXPECT_EQ(tasks.split("v0 v1 s0 h0 h1 h2 h3 h4 h5 c0 c1"),
              "h0 h1 h2 h3 h4 h5 c0 c1 | v0 v1 s0");
    // an instance hangs below what it is an instance of
    EXPECT_EQ(tasks.split("rex t0 t1 v0 v1 c0 c1 s0 t2"), "t0 t1 t2 rex c0 c1 | v0 v1 s0");
    Tasks small(zoo, 4);
    EXPECT_EQ(small.split("h0 h1 h2 h3 h4 h5"), "h0 h1 h2 h3 | h4 h5");
    // of two that would take it the first of the tree does
    EXPECT_EQ(small.split("t0 t1 t2 h0 h1 h2 c0"), "h0 h1 h2 c0 | t0 t1 t2");
    EXPECT_EQ(small.split("rex t0 t1 v0 v1 c0 c1 s0 t2"), "t0 t1 t2 rex | c0 c1 | v0 v1 s0");
    Tasks one(zoo, 1);
    EXPECT_EQ(one.split("c1 h0 c0"), "h0 | c0 | c1");
}

// A rater who is asked of one class alone has nothing to hold it against.
TEST(Tasks, nothing_is_left_alone)
{
    const Zoo zoo;
    Tasks tasks(zoo, 8);
    // nothing but entity is above a chair and an animal, so the first of the tree keep it company
    EXPECT_EQ(tasks.split("h0 h1 h2 h3 h4 h5 c0 c1 s0"), "h0 h1 s0 | h2 h3 h4 h5 c0 c1");
    EXPECT_EQ(tasks.split("h0 h1 h2 h3 h4 h5 t0 t1 c0 c1"), "h0 c0 c1 | h1 h2 h3 h4 h5 t0 t1");
    EXPECT_EQ(tasks.split("v0 h0 h1 h2 h3 h4 h5 c0 s0"), "h0 v0 s0 | h1 h2 h3 h4 h5 c0");
    Tasks four(zoo, 4);
    EXPECT_EQ(four.split("h0 h1 h2 h3 v0"), "h0 v0 | h1 h2 h3");
    EXPECT_EQ(four.split("h0 h1 h2 h3 t0"), "h0 t0 | h1 h2 h3");
    Tasks two(zoo, 2);
    EXPECT_EQ(two.split("h0 h1 v0"), "h0 h1 | v0"); // no company to be had
}

TEST(Tasks, the_published_candidates)
{
    RS_NEED_DATA();
    rs_wordnet *wordnet = nullptr;
    rs_error error = {};
    if (rs_wordnet_load(nullptr, &wordnet, &error) != RS_OK && error.status == RS_IO) {
        GTEST_SKIP() << "WordNet is not installed: " << error.advice;
    }
    ASSERT_NE(wordnet, nullptr) << error.reason;
    const std::string synsets = DataFolder() + "/imagenet_synsets.txt";
    const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
    const rs_labels_options options = {nullptr, original.c_str(), synsets.c_str(), nullptr, 0, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_load(&options, &labels, &error), RS_OK) << error.reason;
    rs_class_texts texts = {};
    ASSERT_EQ(rs_class_texts_of_labels(labels, wordnet, &texts, &error), RS_OK) << error.reason;
    rs_scores scores = {};
    const std::string path = DataFolder() + "/reassessed-imagenet/scores.npz";
    ASSERT_EQ(rs_scores_read(path.c_str(), labels, &scores, &error), RS_OK) << error.reason;
    std::map<uint32_t, std::vector<int32_t>> candidates;
    for (uint32_t pair = 0; pair < scores.pairs.count; ++pair) {
        candidates[scores.pairs.image[pair]].push_back(scores.pairs.class_index[pair]);
    }
    rs_task_splitter *splitter = nullptr;
    ASSERT_EQ(rs_task_splitter_make(&texts, wordnet, 8, &splitter, &error), RS_OK) << error.reason;
    uint32_t tasks = 0, whole = 0;
    std::vector<uint32_t> of_size(9);
    for (const auto &image : candidates) {
        const auto count = uint32_t(image.second.size());
        rs_task_parts parts = {};
        ASSERT_EQ(rs_task_split(splitter, image.second.data(), count, &parts, &error), RS_OK);
        tasks += parts.count;
        whole += count <= 8 ? parts.count : 0;
        for (uint32_t p = 0; p < parts.count; ++p) {
            const uint32_t size = parts.begin[p + 1] - parts.begin[p];
            ASSERT_LE(size, 8u);
            ASSERT_TRUE(size >= 3 || parts.count == 1);
            ++of_size[size];
        }
    }
    EXPECT_EQ(candidates.size(), 24889u);
    EXPECT_EQ(tasks, kTasks);
    EXPECT_EQ(whole, kTasksWhole);
    EXPECT_EQ(of_size, std::vector<uint32_t>(kTasksOfSize, kTasksOfSize + 9));
    // what docs/RELABEL.md says of them and of the published ones
    const std::string page = ReadFile(std::string(RS_TEST_SOURCES) + "/docs/RELABEL.md");
    for (const uint32_t number :
         {kTasks, kTasksWhole, kTasks - kTasksWhole, kPublishedTasks, kPublishedTasksWhole,
          kPublishedTasks - kPublishedTasksWhole, kPublishedSplitOf7Or8, kImagesOf7Or8,
          kPublishedAbove8, kFewestTasks}) {
        const std::string thousands = std::to_string(number / 1000);
        const std::string rest = std::to_string(1000 + number % 1000).substr(1);
        EXPECT_NE(page.find(thousands + "," + rest), std::string::npos) << number;
    }
    EXPECT_EQ(kPublishedLeast, 3u);
    rs_task_splitter_free(splitter);
    rs_scores_clear(&scores);
    rs_class_texts_clear(&texts);
    rs_labels_free(labels);
    rs_wordnet_free(wordnet);
}

TEST(Tasks, without_wordnet_in_class_order_and_even)
{
    const Zoo zoo;
    Tasks tasks(zoo, 4, false);
    EXPECT_EQ(tasks.split("c1 h0 c0"), "h0 c0 c1");
    EXPECT_EQ(tasks.split("h5 h4 h3 h2 h1"), "h1 h2 h3 | h4 h5");
    EXPECT_EQ(tasks.split("h5 h4 h3 h2 h1 h0 t0 t1 t2"), "h0 h1 h2 | h3 h4 h5 | t0 t1 t2");
}

TEST(Tasks, every_candidate_once_and_never_too_many_in_whatever_order)
{
    const Zoo zoo;
    std::mt19937 random(5);
    std::vector<int32_t> all(zoo.texts.count);
    std::iota(all.begin(), all.end(), 0);
    for (int round = 0; round < 300; ++round) {
        const uint32_t per_task = 1 + random() % 9;
        Tasks tasks(zoo, per_task);
        std::shuffle(all.begin(), all.end(), random);
        std::vector<int32_t> classes(all.begin(), all.begin() + 1 + random() % all.size());
        ASSERT_EQ(tasks.add("a", classes), RS_OK);
        const std::string text = tasks.Text();
        std::multiset<int32_t> asked;
        for (uint32_t t = 0; t < tasks.value.count; ++t) {
            const uint64_t size = tasks.value.begin[t + 1] - tasks.value.begin[t];
            EXPECT_LE(size, per_task);
            EXPECT_GE(size, tasks.value.count == 1 ? 1 : rs_task_least(per_task));
            EXPECT_EQ(tasks.value.part[t], t + 1);
            EXPECT_EQ(tasks.value.parts[t], tasks.value.count);
            asked.insert(tasks.value.class_index + tasks.value.begin[t],
                         tasks.value.class_index + tasks.value.begin[t + 1]);
        }
        EXPECT_EQ(asked, std::multiset<int32_t>(classes.begin(), classes.end()));
        std::shuffle(classes.begin(), classes.end(), random);
        Tasks again(zoo, per_task);
        ASSERT_EQ(again.add("a", classes), RS_OK);
        EXPECT_EQ(again.Text(), text);
    }
}

TEST(Tasks, refused)
{
    const Zoo zoo;
    Tasks tasks(zoo, 8);
    EXPECT_EQ(tasks.add("a.jpg", {}), RS_OK); // nothing to ask
    EXPECT_EQ(tasks.value.count, 0u);
    EXPECT_EQ(tasks.add("a.jpg", {1, 2, 1}), RS_MISMATCH);
    EXPECT_STREQ(tasks.error.reason, "class 1 is a candidate twice");
    EXPECT_EQ(tasks.add("a.jpg", {17}), RS_RANGE);
    EXPECT_STREQ(tasks.error.reason, "there is no class 17, of 17");
    EXPECT_EQ(tasks.add("a.jpg", {-1}), RS_RANGE);
    EXPECT_EQ(tasks.add("a.jpg", {1}), RS_OK);
    EXPECT_EQ(tasks.add("val/a.jpg", {2}), RS_MISMATCH);
    EXPECT_STREQ(tasks.error.reason, "the image 'val/a.jpg' comes twice");
    EXPECT_EQ(tasks.value.count, 1u);
}

TEST(Tasks, class_texts)
{
    const Zoo zoo;
    EXPECT_STREQ(zoo.texts.text[0].name, "h0");
    EXPECT_STREQ(zoo.texts.text[0].definition, "what a h0 is");
    EXPECT_STREQ(zoo.texts.text[0].usage, "\"a h0!\"");
    rs_class_texts texts;
    rs_error error = {};
    const char *const names[] = {"tench, Tinca tinca", nullptr};
    ASSERT_EQ(rs_class_texts_make(2, nullptr, names, nullptr, &texts, nullptr), RS_OK);
    EXPECT_STREQ(texts.text[0].name, "tench, Tinca tinca");
    EXPECT_STREQ(texts.text[1].name, "class 1");
    EXPECT_EQ(texts.text[1].id, nullptr);
    EXPECT_EQ(texts.text[1].definition, nullptr);
    rs_class_texts_clear(&texts);
    const char *const ids[] = {"n00000001"};
    EXPECT_EQ(rs_class_texts_make(1, ids, nullptr, zoo.wordnet, &texts, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "the synset n00000001 of class 0 is not in WordNet");
    EXPECT_EQ(texts.text, nullptr);
}

rs_status Written(const std::string &path,
                  rs_status (*write)(const rs_tasks *, const rs_tasks_look *, rs_file_writer *,
                                     rs_error *),
                  const rs_tasks &tasks, const rs_tasks_look &look)
{
    rs_file_writer *file = nullptr;
    EXPECT_EQ(rs_file_create(path.c_str(), &file, nullptr), RS_OK);
    EXPECT_EQ(write(&tasks, &look, file, nullptr), RS_OK);
    return rs_file_commit(file, nullptr);
}

TEST(Tasks, written_as_json_lines)
{
    const Zoo zoo;
    const TemporaryFolder folder;
    Tasks tasks(zoo, 2);
    ASSERT_EQ(tasks.add("val/a b#1.x.jpg", zoo.of("v0 s0 rex")), RS_OK);
    const std::string path = folder.path("tasks.jsonl");
    rs_tasks_look look = {};
    look.texts = &zoo.texts;
    look.image_url = "https://host/{image}?s={stem}&{other}";
    ASSERT_EQ(Written(path, rs_tasks_write, tasks.value, look), RS_OK);
    const auto candidate = [&](const std::string &name) {
        return "{\"label\":" + std::to_string(zoo.find(name)) + ",\"synset\":\"" + zoo.id(name) +
               "\",\"name\":\"" + name + "\",\"definition\":\"what a " + name +
               " is\",\"usage\":\"\\\"a " + name + "!\\\"\"}";
    };
    const auto line = [&](int part, const std::string &candidates) {
        return "{\"task\":\"val/a b#1.x.jpg#" + std::to_string(part) +
               "\",\"image\":\"val/a b#1.x.jpg\",\"part\":" + std::to_string(part) +
               ",\"parts\":2,\"src\":\"https://host/val/a%20b%231.x.jpg?s=val/"
               "a%20b%231.x&{other}\"," +
               "\"candidates\":[" + candidates + "]}\n";
    };
    EXPECT_EQ(ReadFile(path),
              line(1, candidate("rex")) + line(2, candidate("v0") + "," + candidate("s0")));
    look.image_url = nullptr;
    ASSERT_EQ(Written(path, rs_tasks_write, tasks.value, look), RS_OK);
    EXPECT_EQ(ReadFile(path).find("src"), std::string::npos);
}

TEST(Tasks, pictures_lie_by_original_labels)
{
    const Zoo zoo;
    const TemporaryFolder folder;
    Tasks tasks(zoo, 2);
    ASSERT_EQ(tasks.add("a b.jpg", zoo.of("v0 s0"), zoo.find("rex")), RS_OK);
    rs_tasks_look look = {};
    look.texts = &zoo.texts;
    look.image_url = "val/{synset}/{class}/{image}";
    EXPECT_EQ(rs_tasks_check_originals(&tasks.value, &look, nullptr), RS_OK);
    rs_text url = {};
    rs_tasks_image_url(&look, &tasks.value, 0, &url);
    const std::string place =
        "val/" + zoo.id("rex") + "/" + std::to_string(zoo.find("rex")) + "/";
    EXPECT_EQ(std::string(url.data), place + "a%20b.jpg");
    rs_text_clear(&url);
    // seen from the page, and named as the file is
    const std::string page = folder.path("page.html");
    rs_text lost = {};
    rs_tasks_lost_picture(&tasks.value, &look, page.c_str(), &lost);
    EXPECT_EQ(std::string(lost.data), folder.path(place + "a b.jpg"));
    rs_text_clear(&lost);
    look.image_url = "{image}";
    folder.write("a b.jpg", "");
    for (const char *where : {"{image}", "/val/{image}", "https://host/{image}", "get?i={image}"}) {
        look.image_url = where;
        rs_tasks_lost_picture(&tasks.value, &look, page.c_str(), &lost);
        EXPECT_EQ(lost.length, 0u) << where;
    }
    // a label that is not known has no folder
    ASSERT_EQ(tasks.add("b.jpg", zoo.of("v0 s0")), RS_OK);
    look.image_url = "{stem}.png";
    EXPECT_EQ(rs_tasks_check_originals(&tasks.value, &look, nullptr), RS_OK);
    look.image_url = "{class}/{image}";
    EXPECT_EQ(rs_tasks_check_originals(&tasks.value, &look, &tasks.error), RS_MISMATCH);
    EXPECT_STREQ(tasks.error.reason, "the original label of image 'b.jpg' is not known, in whose "
                                     "folder --images looks for it");
}

TEST(Tasks, braces_that_stand_for_nothing_are_refused)
{
    rs_error error;
    rs_tasks_look look = {};
    look.image_url = "val/{synset}/{image}";
    look.example_url = "{class}-{n}";
    EXPECT_EQ(rs_tasks_look_check(&look, nullptr), RS_OK);
    look.image_url = "val/{file}";
    EXPECT_EQ(rs_tasks_look_check(&look, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "--images: {file} stands for nothing");
    look.image_url = "val/{image}/{sten";
    EXPECT_EQ(rs_tasks_look_check(&look, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "--images: {sten stands for nothing");
    look.image_url = nullptr;
    look.example_url = "{image}";
    EXPECT_EQ(rs_tasks_look_check(&look, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "--examples: {image} stands for nothing");
}

TEST(Tasks, a_page_holds_its_tasks_and_no_tag_of_theirs)
{
    const Zoo zoo;
    const TemporaryFolder folder;
    Tasks tasks(zoo, 8);
    ASSERT_EQ(tasks.add("a<!--</script>.jpg", zoo.of("v0 s0")), RS_OK);
    const std::string path = folder.path("page.html");
    rs_tasks_look look = {};
    look.texts = &zoo.texts;
    look.title = "<b>";
    look.example_url = "ex/{synset}/{class}-{n}.jpg";
    look.examples = 2;
    const char *const answers[] = {"Clear mistake", "Undecided", "Not a mistake"};
    look.answers = answers;
    ASSERT_EQ(Written(path, rs_tasks_write_page, tasks.value, look), RS_OK);
    const std::string page = ReadFile(path);
    const auto count = [&](const std::string &text) {
        size_t found = 0;
        for (size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(count("</script>"), 2u); // the data and the program
    EXPECT_EQ(count("<!--"), 0u);
    EXPECT_EQ(count("[\"a\\u003c!--\\u003c/script>.jpg\",1,1,[12,14]]"), 1u);
    EXPECT_EQ(count("\"title\":\"\\u003cb>\""), 1u);
    EXPECT_EQ(count("\"answers\":[\"Clear mistake\",\"Undecided\",\"Not a mistake\"]"), 1u);
    EXPECT_EQ(count("\"examples\":[\"ex/" + zoo.id("v0") + "/12-1.jpg\",\"ex/" + zoo.id("v0") +
                    "/12-2.jpg\"]"),
              1u);
    EXPECT_EQ(page.rfind("<!doctype html>", 0), 0u);
    EXPECT_EQ(page.substr(page.size() - 8), "</html>\n");
    // the same tasks give the same page
    ASSERT_EQ(Written(folder.path("b"), rs_tasks_write_page, tasks.value, look), RS_OK);
    EXPECT_EQ(ReadFile(folder.path("b")), page);
    const rs_tasks none = rs_tasks_make();
    EXPECT_EQ(rs_tasks_write_page(&none, &look, nullptr, &tasks.error), RS_MISMATCH);
    EXPECT_STREQ(tasks.error.reason, "there is no task to make a page of");
}

}  // namespace
