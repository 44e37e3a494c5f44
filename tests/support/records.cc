#include "support/records.h"

#include <gtest/gtest.h>

#include "support/program.h"

Record::Record(const std::string &text)
{
    rs_json *json = nullptr;
    rs_error error = {};
    if (rs_json_parse("record", text.data(), text.size(), &json, &error) != RS_OK) {
        ADD_FAILURE() << "not a JSON record: " << error.reason << "\n" << text;
    }
    json_ = std::shared_ptr<rs_json>(json, rs_json_free);
}

const rs_json *Record::find(const std::string &path) const
{
    const rs_json *at = json_.get();
    for (size_t begin = 0; at != nullptr && begin <= path.size();) {
        const size_t end = std::min(path.find('.', begin), path.size());
        at = rs_json_get(at, path.substr(begin, end - begin).c_str());
        begin = end + 1;
    }
    return at;
}

int64_t Record::integer(const std::string &path) const
{
    int64_t value = -1;
    EXPECT_TRUE(rs_json_integer(find(path), &value)) << path;
    return value;
}

double Record::number(const std::string &path) const
{
    double value = -1;
    EXPECT_TRUE(rs_json_number(find(path), &value)) << path;
    return value;
}

std::string Record::text(const std::string &path) const
{
    const char *value = rs_json_text(find(path));
    EXPECT_NE(value, nullptr) << path;
    return value == nullptr ? "" : value;
}

bool Record::has(const std::string &path) const
{
    return find(path) != nullptr;
}

bool Record::is_null(const std::string &path) const
{
    const rs_json *value = find(path);
    double number = 0;
    return value != nullptr && rs_json_text(value) == nullptr && !rs_json_number(value, &number) &&
           !rs_json_is_array(value) && !rs_json_is_object(value);
}

std::vector<std::string> Record::texts(const std::string &path) const
{
    std::vector<std::string> all;
    for (const rs_json *item = rs_json_first(find(path)); item != nullptr;
         item = rs_json_next(item)) {
        const char *text = rs_json_text(item);
        all.push_back(text == nullptr ? "" : text);
    }
    return all;
}

std::vector<Record> ParseRecords(const std::string &lines)
{
    std::vector<Record> records;
    for (const std::string &line : SplitLines(lines)) {
        records.emplace_back(line);
    }
    return records;
}
