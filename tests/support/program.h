// program.h - runs a program as a user would and keeps what it said.
#pragma once

#include <string>
#include <vector>

#include "support/paths.h"

struct ProgramResult {
    int exit_status = -1;  // 128 + signal when a signal ended it
    std::string out;
    std::string err;
    long peak_kilobytes = 0;  // of memory that was resident at once
};

// Runs `arguments` (the first is the program) with `input` on standard input. `environment` holds
// NAME=VALUE texts added to this process's own.
ProgramResult RunProgram(const std::vector<std::string> &arguments, const std::string &input = "",
                         const std::vector<std::string> &environment = {});

// The same with standard error on a terminal: `err` is what the terminal got, where line ends are
// "\r\n". It is one that knows no colours, unless the environment says another.
ProgramResult RunOnTerminal(const std::vector<std::string> &arguments,
                            const std::vector<std::string> &environment = {"TERM=dumb"});
// The same with standard output on a terminal of so many columns.
ProgramResult PrintOnTerminal(const std::vector<std::string> &arguments, unsigned short columns,
                              const std::vector<std::string> &environment = {"TERM=dumb"});

// A folder of its own, removed with everything in it at the end of the scope.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;
    std::string path(const std::string &name = "") const;
    // Writes a file and returns its path.
    std::string write(const std::string &name, const std::string &content) const;

private:
    std::string folder_;
};

std::string ReadFile(const std::string &path);
std::vector<std::string> SplitLines(const std::string &text);

// The folder of the real data, or "" when REASSESS_DATA is not set.
std::string DataFolder();

#define RS_NEED_DATA()                                                              \
    do {                                                                            \
        if (DataFolder().empty()) {                                                 \
            GTEST_SKIP() << "REASSESS_DATA is not set: no real labels or predictions"; \
        }                                                                           \
    } while (0)
