// small_task.h - four images, three classes: labels and logits small enough to check by hand.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "support/program.h"

// An .npy of version 1. `descr` as NumPy spells it, `shape` as in "(4, 3)".
inline std::string Npy(const std::string &descr, const std::string &shape,
                       const std::string &payload, const std::string &fortran = "False")
{
    std::string header = "{'descr': " + descr + ", 'fortran_order': " + fortran +
                         ", 'shape': " + shape + ", }";
    while ((10 + header.size() + 1) % 64 != 0) {
        header += ' ';
    }
    header += '\n';
    std::string file("\x93NUMPY\x01\x00", 8);
    file += static_cast<char>(header.size() & 255);
    file += static_cast<char>(header.size() >> 8);
    return file + header + payload;
}

template <class T> std::string Bytes(const std::vector<T> &values)
{
    std::string bytes(values.size() * sizeof(T), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

// Image      original  ReaL set   logits           first prediction
//   0           0       {0}       3 1 2            0: right by both
//   1           1       {1, 2}    0 1 5            2: wrong by the label, right by ReaL; second is
//               1
//   2           2       {}        1 0 0            0: wrong, no set
//   3           2       {0}       2 2 1            0 (tie with 1): only the prediction is right
class SmallTask {
public:
    SmallTask()
    {
        real = folder.write("real.json", "[[0], [2, 1], [], [0]]");
        labels = folder.write("labels.txt", "0\n1\n2\n2\n");
        logits = folder.write("model.npy", Npy("'<f4'", "(4, 3)", Payload()));
    }
    static std::string Payload()
    {
        return Bytes<float>({3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1});
    }
    // reassess eval with these labels
    ProgramResult eval(const std::vector<std::string> &more, const std::string &input = "") const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "--real", real,
                                            "--labels", labels};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command, input);
    }

    TemporaryFolder folder;
    std::string real, labels, logits;
};
