// data_noun.h - WordNet's data.noun as a test wants it.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

inline std::string Digits(size_t offset)
{
    char text[16];
    snprintf(text, sizeof text, "%08zu", offset);
    return text;
}

// The ids of the synsets of a text, in its order: "n" and what the line begins with.
inline std::vector<std::string> SynsetIds(const std::string &text)
{
    std::vector<std::string> ids;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        if (text[at] != ' ') {
            ids.push_back("n" + text.substr(at, 8));
        }
    }
    return ids;
}

struct Synset {
    std::string words;                // "02 giant_panda 0 coon_bear 0"
    std::vector<std::string> parents; // "@ 0": the symbol and the number of the synset
    std::string gloss;
};

// Lines with their own offsets in front; pointers may go forward.
inline std::string DataNoun(const std::vector<Synset> &synsets)
{
    const std::string licence = "  1 This is the licence.\n  2 It starts with blanks.\n";
    std::vector<size_t> offsets;
    std::string text;
    for (int round = 0; round < 2; ++round) { // lengths do not depend on the offsets
        text = licence;
        for (size_t i = 0; i < synsets.size(); ++i) {
            if (round == 0) {
                offsets.push_back(text.size());
            }
            char count[8];
            snprintf(count, sizeof count, "%03zu", synsets[i].parents.size() + 1);
            text += Digits(text.size()) + " 05 n " + synsets[i].words + " " + count;
            for (const std::string &parent : synsets[i].parents) {
                const size_t blank = parent.find(' ');
                const size_t to = std::stoul(parent.substr(blank + 1));
                text += " " + parent.substr(0, blank) + " " +
                        Digits(to < offsets.size() ? offsets[to] : 0) + " n 0000";
            }
            text += " #m " + Digits(12345678) + " a 0101 | " + synsets[i].gloss + "  \n";
        }
    }
    return text;
}
