// markup.h - HTML that is well-formed XML, as tests look at it. Shares no code with what writes it.
#pragma once

#include <string>
#include <vector>

struct Element {
    std::string name;
    std::string attributes; // as written
    std::string text;       // of it and all in it, entities resolved, tags left out
};

// All elements in the order in which they begin. *problem gets what is not well-formed, or "".
std::vector<Element> ParseMarkup(const std::string &text, std::string *problem);

// The cells' texts of each row of the table that follows the element with id `id`; `which` counts
// the tables after it from 0. Blanks are folded.
std::vector<std::vector<std::string>> TableAfter(const std::string &text, const std::string &id,
                                                 size_t which = 0);
