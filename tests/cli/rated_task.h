// rated_task.h - raters' scores as files, and the small task with some.
#pragma once

#include <string>
#include <vector>

#include "formats/zip_files.h"
#include "sweep_task.h"

struct Score {
    std::string image, label;
    double score;
};

// Names have at most eight characters. Returns the path.
inline std::string WriteScores(const TemporaryFolder &folder, const std::string &name,
                               const std::vector<Score> &all)
{
    std::string info;
    std::vector<double> values;
    for (const Score &one : all) {
        for (const std::string &text : {one.image, one.label}) {
            for (size_t i = 0; i < 8; ++i) {
                info += std::string(1, i < text.size() ? text[i] : '\0') + std::string(3, '\0');
            }
        }
        values.push_back(one.score);
    }
    const std::string count = std::to_string(all.size());
    WriteZip(folder.path(name),
             {{"tensor.npy", Npy("'<f8'", "(" + count + ",)", Bytes(values))},
              {"info.npy", Npy("'<U8'", "(" + count + ", 2)", info)}});
    return folder.path(name);
}

// Raters' scores of the small task's images, called a to d.
struct RatedTask : Sweep {
    std::string files = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");

    std::string scores(const std::string &name, const std::vector<Score> &all) const
    {
        return WriteScores(folder, name, all);
    }
    // The prediction 2 of b is right; 0 of c has no set; d, predicted 0, was not rated; a's was.
    std::string good() const
    {
        return scores("good.npz", {{"a.png", "0", 0.9}, {"a.png", "1", 0.1}, {"b.png", "1", 0.81},
                                   {"b.png", "2", 0.99}, {"c.png", "2", 0.7}});
    }
    Words with(const std::string &path, Words more = {}) const
    {
        more.insert(more.end(), {"--rater-scores", path, "--files", files, logits});
        return more;
    }
};
