// The commands that hand a sweep to SLURM, and what becomes of what sbatch answers. A real
// controller is asked in tests/slurm.
extern "C" {
#include "support/paths.h"
#include "sweep/slurm_job.h"
}

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

class SlurmJob : public ::testing::Test {
  protected:
    void SetUp() override
    {
        char pattern[] = "/tmp/slurm_job_XXXXXX";
        ASSERT_NE(mkdtemp(pattern), nullptr);
        folder_ = pattern;
        results_ = folder_ + "/results";
        path_ = getenv("PATH");
    }
    void TearDown() override
    {
        setenv("PATH", path_.c_str(), 1);
        ASSERT_EQ(std::system(("rm -r " + folder_).c_str()), 0);
    }

    rs_slurm_job job()
    {
        rs_slurm_job made = {};
        made.program = "/opt/re assess";
        made.folder = results_.c_str();
        made.tasks = 16;
        made.models = 40;
        made.options = options_;
        made.option_count = 2;
        made.arguments = arguments_;
        made.argument_count = 3;
        return made;
    }

    // An sbatch that writes its arguments down, one a line, and then does as `script` says.
    void put_sbatch(const std::string &script)
    {
        const std::string path = folder_ + "/sbatch";
        std::ofstream(path) << "#!/bin/sh\nprintf '%s\\n' \"$REASSESS\" \"$@\" >>" << folder_
                            << "/seen\n"
                            << script << "\n";
        ASSERT_EQ(chmod(path.c_str(), 0755), 0);
        setenv("PATH", (folder_ + ":" + path_).c_str(), 1);
    }

    std::string folder_, results_, path_;
    const char *options_[2] = {"--partition=gpu", "--comment=it's"};
    const char *arguments_[3] = {"--out=results", "--list=my models.txt", ""};
};

TEST_F(SlurmJob, PrintsWhatAShellReadsBack)
{
    const rs_slurm_job made = job();
    rs_text text = {};
    rs_slurm_job_print(&made, &text);
    EXPECT_EQ(std::string(text.data),
              "array=$(env 'REASSESS=/opt/re assess' sbatch --parsable --array=0-15 --output=" +
                  results_ + "/slurm/%A_%a.log --partition=gpu '--comment=it'\\''s' " + results_ +
                  "/slurm/array.sh --out=results '--list=my models.txt' '')\n"
                  "env 'REASSESS=/opt/re assess' sbatch --parsable "
                  "\"--dependency=afterany:${array%%;*}\" --output=" +
                  results_ + "/slurm/merge_%j.log " + results_ + "/slurm/merge.sh --output=" +
                  results_ + "/merged.csv --expect=40 " + results_ + "\n");
    rs_text_clear(&text);
    EXPECT_NE(access(results_.c_str(), F_OK), 0) << "printing makes nothing";
}

// No name of the user's is read as a part of the script, whatever it holds.
TEST_F(SlurmJob, AShellReadsBackEveryWord)
{
    put_sbatch("case $2 in --array*) echo '17;cluster' ;; esac");
    const std::string read = "${array%%;*}$(touch PWNED)`touch PWNED`\"';touch PWNED;%d\\101\\";
    const std::string hidden = "\x1b[31m\u009b\u202e\xe8\nreassess: all is well";
    arguments_[0] = "--out=${array%%;*}\";touch PWNED;\"";
    for (const std::string &name : {read, read + hidden, hidden + read + "\n\n"}) {
        results_ = folder_ + "/o" + name;
        arguments_[1] = name.c_str();
        rs_slurm_job made = job();
        rs_text text = {};
        rs_slurm_job_print(&made, &text);
        const std::string lines(text.data, text.length);
        rs_text_clear(&text);
        std::ofstream(folder_ + "/lines") << lines;
        EXPECT_EQ(lines.find_first_of("\x1b\u009b\xe8"), std::string::npos) << lines;
        EXPECT_EQ(lines.find("\nreassess: all is well"), std::string::npos) << lines;
        ASSERT_EQ(mkdir(results_.c_str(), 0777), 0);
        for (const char *shell : {"sh", "bash"}) {
            put_sbatch("case $2 in --array*) echo '17;cluster' ;; esac");
            const std::string run = "cd " + folder_ + " && " + shell + " lines";
            ASSERT_EQ(std::system(run.c_str()), 0) << lines;
            EXPECT_NE(access((folder_ + "/PWNED").c_str(), F_OK), 0);
            const std::string from_shell = read_file(folder_ + "/seen");
            ASSERT_EQ(unlink((folder_ + "/seen").c_str()), 0);
            put_sbatch("echo 17");
            char array[RS_SLURM_ID_BYTES], merge[RS_SLURM_ID_BYTES];
            ASSERT_EQ(rs_slurm_job_submit(&made, array, merge, nullptr), RS_OK);
            EXPECT_EQ(from_shell, read_file(folder_ + "/seen")) << shell << lines;
            ASSERT_EQ(unlink((folder_ + "/seen").c_str()), 0);
        }
    }
}

TEST_F(SlurmJob, SubmitsTheArrayAndTheMergeBehindIt)
{
    // the second in pieces, as a pipe may hand them on
    put_sbatch("case $2 in --array*) echo '17;cluster' ;; "
               "*) printf 1; sleep 0.2; printf 8; sleep 0.2; echo ;; esac");
    const rs_slurm_job made = job();
    char array[RS_SLURM_ID_BYTES], merge[RS_SLURM_ID_BYTES];
    rs_error error = {};
    ASSERT_EQ(rs_slurm_job_submit(&made, array, merge, &error), RS_OK) << error.reason;
    EXPECT_STREQ(array, "17");
    EXPECT_STREQ(merge, "18");
    EXPECT_EQ(read_file(folder_ + "/seen"),
              "/opt/re assess\n--parsable\n--array=0-15\n--output=" + results_ +
                  "/slurm/%A_%a.log\n--partition=gpu\n--comment=it's\n" + results_ +
                  "/slurm/array.sh\n--out=results\n--list=my models.txt\n\n"
                  "/opt/re assess\n--parsable\n--dependency=afterany:17\n--output=" +
                  results_ + "/slurm/merge_%j.log\n" + results_ + "/slurm/merge.sh\n--output=" +
                  results_ + "/merged.csv\n--expect=40\n" + results_ + "\n");
    for (const char *name : {"array.sh", "merge.sh"}) {
        const std::string script =
            read_file(std::string(RS_TEST_SOURCES) + "/scripts/slurm/" + name);
        EXPECT_FALSE(script.empty());
        EXPECT_EQ(read_file(results_ + "/slurm/" + name), script) << name;
    }
}

TEST_F(SlurmJob, SaysWhatWentWrong)
{
    const rs_slurm_job made = job();
    char array[RS_SLURM_ID_BYTES], merge[RS_SLURM_ID_BYTES];
    rs_error error = {};
    put_sbatch("exit 1");
    EXPECT_EQ(rs_slurm_job_submit(&made, array, merge, &error), RS_IO);
    EXPECT_STREQ(error.reason, "sbatch did not take the job");
    EXPECT_STREQ(error.advice, "see above what it says; --dry-run prints the commands");
    put_sbatch("echo Hello");
    EXPECT_EQ(rs_slurm_job_submit(&made, array, merge, &error), RS_IO);
    EXPECT_STREQ(error.reason, "sbatch answers \"Hello\", which is no job id");
    put_sbatch("exit 127"); // what env says of a program that is not there
    EXPECT_EQ(rs_slurm_job_submit(&made, array, merge, &error), RS_IO);
    EXPECT_STREQ(error.advice, "run this where SLURM's commands are, or see --dry-run");
    put_sbatch("case $2 in --array*) echo 17 ;; *) exit 1 ;; esac");
    EXPECT_EQ(rs_slurm_job_submit(&made, array, merge, &error), RS_IO);
    EXPECT_STREQ(error.reason, "sbatch did not take the job that merges; the array runs as job 17");
}

} // namespace
