#include "support/markup.h"

#include <cctype>
#include <cstdlib>

namespace {

bool IsNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':' || c == '_';
}

// The text of an entity ("amp", "#8217"); false when there is none of that name in XML.
bool Resolve(const std::string &entity, std::string *out)
{
    const struct {
        const char *name, *text;
    } named[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}};
    for (const auto &one : named) {
        if (entity == one.name) {
            *out += one.text;
            return true;
        }
    }
    if (entity.size() < 2 || entity[0] != '#') {
        return false;
    }
    char *end = nullptr;
    const unsigned long code = std::strtoul(entity.c_str() + 1, &end, 10);
    if (*end != '\0' || code == 0 || code > 0xffff) {
        return false;
    }
    if (code < 0x80) {
        *out += static_cast<char>(code);
    } else if (code < 0x800) {
        *out += static_cast<char>(0xc0 | (code >> 6));
        *out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        *out += static_cast<char>(0xe0 | (code >> 12));
        *out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
        *out += static_cast<char>(0x80 | (code & 0x3f));
    }
    return true;
}

class Parser {
  public:
    Parser(const std::string &text, std::string *problem) : text_(text), problem_(problem)
    {
    }

    std::vector<Element> Run()
    {
        problem_->clear();
        static const std::string doctype = "<!DOCTYPE html>";
        at_ = text_.compare(0, doctype.size(), doctype) == 0 ? doctype.size() : 0;
        while (at_ < text_.size() && problem_->empty()) {
            text_[at_] == '<' ? Tag() : Text();
        }
        if (problem_->empty() && !open_.empty()) {
            Fail("<" + elements_[open_.back()].name + "> is not closed");
        }
        return elements_;
    }

  private:
    void Fail(const std::string &what)
    {
        if (problem_->empty()) {
            *problem_ = what + " at byte " + std::to_string(at_);
        }
    }

    void Give(const std::string &text)
    {
        for (const size_t index : open_) {
            elements_[index].text += text;
        }
    }

    void Text()
    {
        const size_t end = text_.find('<', at_);
        std::string resolved;
        while (at_ < (end == std::string::npos ? text_.size() : end)) {
            const char c = text_[at_];
            if (c == '&') {
                const size_t stop = text_.find(';', at_);
                if (stop == std::string::npos ||
                    !Resolve(text_.substr(at_ + 1, stop - at_ - 1), &resolved)) {
                    return Fail("a bad entity");
                }
                at_ = stop + 1;
                continue;
            }
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n') {
                return Fail("a control character");
            }
            resolved += c;
            ++at_;
        }
        Give(resolved);
    }

    // Attributes are name="value", none twice, no < and no bare & in a value.
    void Attributes(const std::string &attributes)
    {
        size_t i = 0;
        std::string seen = " ";
        while (i < attributes.size()) {
            if (attributes[i] != ' ') {
                return Fail("an attribute without a blank before it");
            }
            size_t name = ++i;
            while (i < attributes.size() && IsNameCharacter(attributes[i])) {
                ++i;
            }
            const std::string key = attributes.substr(name, i - name);
            if (key.empty() || attributes.compare(i, 2, "=\"") != 0) {
                return Fail("an attribute that is not name=\"value\"");
            }
            const size_t stop = attributes.find('"', i + 2);
            if (stop == std::string::npos || seen.find(" " + key + " ") != std::string::npos) {
                return Fail("an attribute that does not end or stands twice");
            }
            seen += key + " ";
            i = stop + 1;
        }
    }

    void Tag()
    {
        size_t end = at_ + 1;
        bool quoted = false;
        while (end < text_.size() && (quoted || text_[end] != '>')) {
            if (text_[end] == '<') {
                return Fail("< inside a tag");
            }
            quoted = text_[end] == '"' ? !quoted : quoted;
            ++end;
        }
        if (end == text_.size()) {
            return Fail("a tag that does not end");
        }
        std::string inside = text_.substr(at_ + 1, end - at_ - 1);
        if (inside[0] == '/') {
            if (open_.empty() || elements_[open_.back()].name != inside.substr(1)) {
                return Fail("</" + inside.substr(1) + "> closes nothing");
            }
            open_.pop_back();
        } else {
            const bool empty = inside.back() == '/';
            inside.erase(inside.size() - (empty ? 1 : 0));
            size_t name = 0;
            while (name < inside.size() && IsNameCharacter(inside[name])) {
                ++name;
            }
            if (name == 0) {
                return Fail("a tag without a name");
            }
            Attributes(inside.substr(name));
            elements_.push_back({inside.substr(0, name), inside.substr(name), ""});
            if (!empty) {
                open_.push_back(elements_.size() - 1);
            }
        }
        at_ = end + 1;
    }

    const std::string &text_;
    std::string *problem_;
    size_t at_ = 0;
    std::vector<Element> elements_;
    std::vector<size_t> open_;
};

// No-break and narrow spaces are blanks too.
std::string Fold(const std::string &text)
{
    std::string folded;
    for (size_t i = 0; i < text.size();) {
        const bool narrow = text.compare(i, 3, "\u2009") == 0;
        const bool fixed = text.compare(i, 2, "\u00a0") == 0;
        if (narrow || fixed || text[i] == '\n' || text[i] == ' ') {
            if (!folded.empty() && folded.back() != ' ') {
                folded += ' ';
            }
            i += narrow ? 3 : fixed ? 2 : 1;
        } else {
            folded += text[i++];
        }
    }
    while (!folded.empty() && folded.back() == ' ') {
        folded.pop_back();
    }
    return folded;
}

} // namespace

std::vector<Element> ParseMarkup(const std::string &text, std::string *problem)
{
    return Parser(text, problem).Run();
}

std::vector<std::vector<std::string>> TableAfter(const std::string &text, const std::string &id,
                                                 size_t which)
{
    std::string problem;
    std::vector<std::vector<std::string>> rows;
    bool found = false;
    size_t tables = 0;
    for (const Element &element : ParseMarkup(text, &problem)) {
        found = found || element.attributes.find("id=\"" + id + "\"") != std::string::npos;
        tables += found && element.name == "table" ? 1 : 0;
        if (tables == which + 1 && element.name == "tr") {
            rows.emplace_back();
        } else if (tables == which + 1 && (element.name == "td" || element.name == "th")) {
            rows.back().push_back(Fold(element.text));
        }
    }
    return rows;
}
