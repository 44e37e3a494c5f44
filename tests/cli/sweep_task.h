// sweep_task.h - reassess sweep on the small task, and what it leaves in its folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "small_task.h"
#include "support/records.h"

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// The record without what differs between identical runs.
inline std::string Untimed(const std::string &record)
{
    return record.substr(0, record.find(",\"timing\":{"));
}

// Every file of a folder, records without their timing.
inline std::map<std::string, std::string> Contents(const std::string &folder)
{
    std::map<std::string, std::string> files;
    for (const auto &entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        const std::string bytes = ReadFile(entry.path());
        files[name] = entry.path().extension() == ".json" ? Untimed(bytes) : bytes;
    }
    return files;
}

inline Words Names(const std::string &folder)
{
    Words names;
    for (const auto &[name, bytes] : Contents(folder)) {
        names.push_back(name);
    }
    return names;
}

struct Sweep : SmallTask {
    std::string out = folder.path("out");

    ProgramResult operator()(const Words &more, const Words &environment = {}) const
    {
        Words command = {RS_TEST_PROGRAM, "sweep", "--real", real,
                         "--labels",      labels,  "--out",  out};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command, "", environment);
    }
    std::string write(const std::string &name, const std::vector<float> &values) const
    {
        return folder.write(name, Npy("'<f4'", "(4, 3)", Bytes<float>(values)));
    }
    Record record(const std::string &name) const
    {
        return Record(ReadFile(out + "/" + name + ".json"));
    }
};

inline const std::vector<float> kOther = {0, 1, 2, 0, 9, 5, 1, 0, 3, 2, 2, 9};
