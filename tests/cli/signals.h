// signals.h - a signal to a running command, and what is left of it.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/paths.h"

inline std::set<std::string> FilesIn(const std::string &folder)
{
    std::set<std::string> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
        files.insert(entry.path().string());
    }
    return files;
}

// Starts the command, waits, sends the signal, and gives its wait(2) status; -1: it goes on.
inline int StatusAfter(std::vector<std::string> arguments, int signal, int milliseconds)
{
    arguments.insert(arguments.begin(), RS_TEST_PROGRAM);
    const pid_t child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; ++fd) {
            dup2(nowhere, fd);
        }
        setenv("REASSESS_LABELS", "", 1);
        std::vector<char *> argv;
        for (std::string &argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        execv(argv[0], argv.data());
        _exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, signal);
    int status = -1;
    for (int tenths = 0; tenths < 100; ++tenths) {
        if (waitpid(child, &status, WNOHANG) == child) {
            return status;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return -1;
}

inline bool Stopped(int status, int signal)
{
    const bool by_word = WIFEXITED(status) && WEXITSTATUS(status) == 75;
    return status != -1 && (by_word || (WIFSIGNALED(status) && WTERMSIG(status) == signal));
}
