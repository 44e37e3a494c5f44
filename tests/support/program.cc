#include "support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace {

void Pump(int input_fd, const std::string &input, int out_fd, int err_fd, ProgramResult *result)
{
    size_t sent = 0;
    if (input.empty()) {
        close(input_fd);
        input_fd = -1;
    }
    bool out_open = true;
    bool err_open = true;
    while (out_open || err_open || input_fd >= 0) {
        pollfd fds[3] = {{out_open ? out_fd : -1, POLLIN, 0},
                         {err_open ? err_fd : -1, POLLIN, 0},
                         {input_fd, POLLOUT, 0}};
        if (poll(fds, 3, -1) < 0) {
            continue;
        }
        char buffer[65536];
        for (int i = 0; i < 2; ++i) {
            if (fds[i].revents != 0) {
                const ssize_t n = read(fds[i].fd, buffer, sizeof buffer);
                if (n > 0) {
                    (i == 0 ? result->out : result->err).append(buffer, static_cast<size_t>(n));
                } else {
                    (i == 0 ? out_open : err_open) = false;
                }
            }
        }
        if (fds[2].revents != 0) {
            const ssize_t n = write(input_fd, input.data() + sent, input.size() - sent);
            sent += n > 0 ? static_cast<size_t>(n) : 0;
            if (n < 0 || sent == input.size()) {
                close(input_fd);
                input_fd = -1;
            }
        }
    }
}

[[noreturn]] void Become(const std::vector<std::string> &arguments,
                         const std::vector<std::string> &environment, const int *in, const int *out,
                         const int *err)
{
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    for (const int *pipe : {in, out, err}) {
        close(pipe[0]);
        close(pipe[1]);
    }
    for (const std::string &setting : environment) {
        const size_t equals = setting.find('=');
        setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
    }
    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
}

}  // namespace

namespace {

void MakePipe(int *ends)
{
    if (pipe(ends) != 0) {
        throw std::runtime_error("no pipe");
    }
}

// Of no columns: nothing says how wide it is.
void MakeTerminal(int *ends, unsigned short columns)
{
    winsize size = {};
    size.ws_col = columns;
    ends[1] = -1;
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    if (ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0) {
        ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
    }
    if (ends[1] < 0 || ioctl(ends[1], TIOCSWINSZ, &size) != 0) {
        throw std::runtime_error("no terminal");
    }
}

// A leak that a sanitizer finds where a program fails leaves the exit status of an error, 1.
void RefuseFindings(const ProgramResult &result)
{
    for (const char *finding : {"Sanitizer: ", ": runtime error: "}) {
        if (result.err.find(finding) != std::string::npos) {
            ADD_FAILURE() << result.err;
        }
    }
}

// `out` and `err` are what is read and what is written of standard output and error.
ProgramResult Run(const std::vector<std::string> &arguments, const std::string &input,
                  const std::vector<std::string> &environment, const int *out, const int *err)
{
    int in[2];
    signal(SIGPIPE, SIG_IGN);
    MakePipe(in);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        Become(arguments, environment, in, out, err);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    ProgramResult result;
    Pump(in[1], input, out[0], err[0], &result);
    close(out[0]);
    close(err[0]);
    int status = 0;
    rusage usage = {};
    wait4(child, &status, 0, &usage);
    result.peak_kilobytes = usage.ru_maxrss;
    result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    RefuseFindings(result);
    return result;
}

}  // namespace

ProgramResult RunProgram(const std::vector<std::string> &arguments, const std::string &input,
                         const std::vector<std::string> &environment)
{
    int out[2];
    int err[2];
    MakePipe(out);
    MakePipe(err);
    return Run(arguments, input, environment, out, err);
}

ProgramResult RunOnTerminal(const std::vector<std::string> &arguments,
                            const std::vector<std::string> &environment)
{
    int out[2];
    int err[2];
    MakePipe(out);
    MakeTerminal(err, 0);
    return Run(arguments, "", environment, out, err);
}

ProgramResult PrintOnTerminal(const std::vector<std::string> &arguments, unsigned short columns,
                              const std::vector<std::string> &environment)
{
    int out[2];
    int err[2];
    MakeTerminal(out, columns);
    MakePipe(err);
    return Run(arguments, "", environment, out, err);
}

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "reassess-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    folder_ = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string TemporaryFolder::path(const std::string &name) const
{
    return name.empty() ? folder_ : folder_ + "/" + name;
}

std::string TemporaryFolder::write(const std::string &name, const std::string &content) const
{
    std::ofstream file(path(name), std::ios::binary);
    file << content;
    return path(name);
}

std::string ReadFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

std::vector<std::string> SplitLines(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string DataFolder()
{
    const char *folder = std::getenv("REASSESS_DATA");
    return folder == nullptr ? "" : folder;
}
