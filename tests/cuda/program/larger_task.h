/* larger_task.h - a task that takes devices some time: models, features and heads whose values are
 * small integers, so that averages and products are the same in whatever order they are summed. */
#ifndef RS_TEST_LARGER_TASK_H
#define RS_TEST_LARGER_TASK_H

#include <string>
#include <vector>

#include "cuda_program.h"

class LargerTask {
  public:
    static constexpr unsigned kRows = 600, kClasses = 12, kFeatures = 16;

    LargerTask()
    {
        std::string sets = "[", original;
        for (unsigned i = 0; i < kRows; ++i) {
            const unsigned label = Draw(kClasses);
            original += std::to_string(label) + "\n";
            sets += i > 0 ? ", " : "";
            sets += i % 7 == 0 ? "[]"
                    : i % 3 == 0
                        ? "[" + std::to_string(label) + ", " +
                              std::to_string((label + 1 + Draw(kClasses - 1)) % kClasses) + "]"
                        : "[" + std::to_string(Draw(3) > 0 ? label : Draw(kClasses)) + "]";
            labels_.push_back(label);
        }
        real = folder.write("real.json", sets + "]");
        labels = folder.write("labels.txt", original);
    }
    /* Floats that are often right; ties come by themselves. Returns the path. */
    std::string Model(const std::string &name)
    {
        std::vector<float> values;
        for (unsigned i = 0; i < kRows; ++i) {
            for (unsigned c = 0; c < kClasses; ++c) {
                values.push_back(static_cast<float>(Draw(9)) - 4 + (c == labels_[i] ? 3 : 0));
            }
        }
        return folder.write(name, Npy("'<f4'", Shape(kRows, kClasses), Bytes(values)));
    }
    std::string Matrix(const std::string &name, unsigned rows, unsigned columns)
    {
        std::vector<float> values;
        for (unsigned i = 0; i < rows * columns; ++i) {
            values.push_back(static_cast<float>(Draw(9)) - 4);
        }
        return folder.write(name, Npy("'<f4'", Shape(rows, columns), Bytes(values)));
    }
    std::string Features(const std::string &name)
    {
        return Matrix(name, kRows, kFeatures);
    }
    std::string Weight(const std::string &name)
    {
        return Matrix(name, kClasses, kFeatures);
    }
    /* Ranked predictions, three a row. */
    std::string Predictions(const std::string &name)
    {
        std::vector<int32_t> values;
        for (unsigned i = 0; i < kRows; ++i) {
            const unsigned first = Draw(2) > 0 ? labels_[i] : Draw(kClasses);
            for (unsigned k = 0; k < 3; ++k) {
                values.push_back(static_cast<int32_t>((first + 5 * k) % kClasses));
            }
        }
        return folder.write(name, Npy("'<i4'", Shape(kRows, 3), Bytes(values)));
    }
    ProgramResult Run(const std::string &command, Words more, const Words &environment = {}) const
    {
        const Words words = {RS_TEST_PROGRAM, command, "--real", real, "--labels", labels};
        more.insert(more.begin(), words.begin(), words.end());
        return RunProgram(more, "", environment);
    }

    TemporaryFolder folder;
    std::string real, labels;

  private:
    static std::string Shape(unsigned rows, unsigned columns)
    {
        return "(" + std::to_string(rows) + ", " + std::to_string(columns) + ")";
    }
    unsigned Draw(unsigned below)
    {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<unsigned>(state_ >> 33) % below;
    }

    uint64_t state_ = 20200612;
    std::vector<unsigned> labels_;
};

#endif
