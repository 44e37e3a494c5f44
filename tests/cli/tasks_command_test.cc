// reassess tasks as a user runs it: files in, files out, words and exit status.
#include <gtest/gtest.h>

#include "support/program.h"

namespace {

class Candidates {
public:
    Candidates()
    {
        std::string text = R"({"schema": "reassess.candidates/1", "images": 4, "classes": 12, )"
                           R"("models": ["a", "b"]})"
                           "\n";
        for (int c = 0; c < 12; ++c) {
            text += "{\"class\": " + std::to_string(c) + ", \"name\": \"thing " +
                    std::to_string(c) + "\"}\n";
        }
        text += R"({"image": "a.jpg", "original": 1, "candidates": )"
                R"([{"class": 1, "first": [0, 1]}, {"class": 3, "probs": [0]}]})"
                "\n"
                R"({"image": "b.jpg", "original": 1, "candidates": )"
                R"([{"class": 1, "first": [0]}, {"class": 2, "first": [1]}]})"
                "\n"
                R"({"image": "c.jpg", "original": null, "candidates": []})"
                "\n"
                R"({"image": "d.jpg", "original": 0, "candidates": [)";
        for (int c = 0; c < 11; ++c) {
            text += (c > 0 ? ", {\"class\": " : "{\"class\": ") + std::to_string(c) + "}";
        }
        path = folder.write("candidates.jsonl", text + "]}\n");
        out = folder.path("tasks.jsonl");
    }
    ProgramResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {RS_TEST_PROGRAM, "tasks"});
        return RunProgram(arguments, "", {"REASSESS_WORDNET=" + folder.path("none")});
    }
    TemporaryFolder folder;
    std::string path, out;
};

TEST(TasksCommand, table_json_and_files)
{
    const Candidates candidates;
    const std::string html = candidates.folder.path("rate.html");
    const std::string json = candidates.folder.path("tasks.json");
    const ProgramResult result =
        candidates.run({"--hierarchy", "none", "-o", candidates.out, "--html", html, "--json", json,
                        "--images", "img/{image}", "--title", "Some things", candidates.path});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "reassess: warning: " + html + ": the picture of the first task is not "
                          "there: " + candidates.folder.path("img/b.jpg") +
                          "; --images says where pictures are, seen from the page\n");
    EXPECT_EQ(result.out,
              candidates.path +
                  "\n"
                  "  4 images; on 1 all 2 models answer the original label first: not asked\n"
                  "  2 images to rate: 13 candidates in 3 tasks of at most 8\n"
                  "  6.50 candidates and 1.50 tasks an image\n"
                  "  1 image has no candidate\n"
                  "\n"
                  "  candidates  tasks\n"
                  "           2      1\n"
                  "           5      1\n"
                  "           6      1\n");
    EXPECT_EQ(ReadFile(json),
              "{\"schema\":\"reassess.tasks/1\",\"candidates\":\"" + candidates.path +
                  "\",\"images\":4,\"agreed\":1,\"rated\":2,\"asked\":13,\"tasks\":3,"
                  "\"per_task\":8,\"tasks_of_size\":[0,0,1,0,0,1,1,0,0]}\n");
    const std::vector<std::string> lines = SplitLines(ReadFile(candidates.out));
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0], R"({"task":"b.jpg#1","image":"b.jpg","part":1,"parts":1,"src":"img/b.jpg",)"
                        R"("candidates":[{"label":1,"name":"thing 1"},{"label":2,)"
                        R"("name":"thing 2"}]})");
    EXPECT_EQ(lines[1].substr(0, 71),
              R"({"task":"d.jpg#1","image":"d.jpg","part":1,"parts":2,"src":"img/d.jpg",)");
    const std::string page = ReadFile(html);
    EXPECT_NE(page.find(R"(["d.jpg",2,2,[6,7,8,9,10],"img/d.jpg"])"), std::string::npos);
    EXPECT_NE(page.find("Some things"), std::string::npos);
    // to standard output: nothing but the tasks
    const ProgramResult piped = candidates.run(
        {"--hierarchy", "none", "--images", "img/{image}", "-o", "-", candidates.path});
    EXPECT_EQ(piped.out, ReadFile(candidates.out));
    const ProgramResult fewer =
        candidates.run({"-q", "--hierarchy", "none", "--per-task", "3", "-o", candidates.out,
                        candidates.path});
    EXPECT_EQ(fewer.out, "");
    EXPECT_EQ(SplitLines(ReadFile(candidates.out)).size(), 5u);
}

TEST(TasksCommand, refused)
{
    const Candidates candidates;
    struct Case {
        std::vector<std::string> arguments;
        int exit_status;
        std::string message;
    };
    const Case cases[] = {
        {{}, 2, "tasks needs one file of candidates; see reassess help tasks"},
        {{candidates.path}, 2, "give -o FILE.jsonl or --html FILE; see reassess help tasks"},
        {{"-o", candidates.out, "--per-task", "65", candidates.path},
         2,
         "--per-task 65: expected a whole number from 1 to 64"},
        {{"-o", candidates.out, "--images", "{synset}/{name}", candidates.path},
         2,
         "--images: {name} stands for nothing; {image}, {stem}, {class} and {synset} do"},
        {{"-o", candidates.out, "--hierarchy", "none", "--images", "{synset}/{image}",
          candidates.path},
         1,
         "--images asks for the {synset} of class 1, which is not known; give --synsets, to "
         "reassess "
         "propose for candidates"},
        {{"-o", candidates.out, candidates.path},
         1,
         candidates.folder.path("none") +
             ": no such file; install WordNet 3.0 (Debian: apt install wordnet-base), or name its "
             "data.noun in REASSESS_WORDNET"},
        {{"-o", candidates.out, candidates.folder.path("none")}, 1, ""},
    };
    for (const Case &bad : cases) {
        const ProgramResult result = candidates.run(bad.arguments);
        EXPECT_EQ(result.exit_status, bad.exit_status);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(bad.message), std::string::npos) << result.err;
    }
    // WordNet is there, the ids of the classes are not
    const std::string noun = candidates.folder.write(
        "data.noun", "00000000 03 n 01 entity 0 000 | that which is  \n");
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "tasks", "-o", candidates.out, candidates.path}, "",
                   {"REASSESS_WORDNET=" + noun});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.err,
              "reassess: " + candidates.path +
                  ": the classes have no synset ids, which say where they are in "
                  "WordNet; give --synsets to reassess propose, or split by class order "
                  "with --hierarchy none\n");
    // everyone agrees: a page of nothing is no page
    const std::string agreed = candidates.folder.write(
        "agreed.jsonl",
        R"({"schema": "reassess.candidates/1", "images": 1, "classes": 2, "models": ["a"]})"
        "\n"
        R"({"image": "a.jpg", "original": 1, "candidates": [{"class": 1, "first": [0]}]})"
        "\n");
    const ProgramResult nothing =
        candidates.run({"--hierarchy", "none", "--html", candidates.folder.path("p.html"), agreed});
    EXPECT_EQ(nothing.exit_status, 1);
    EXPECT_NE(nothing.err.find("there is no task to make a page of"), std::string::npos);
}

}  // namespace
