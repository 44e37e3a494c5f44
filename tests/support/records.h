// records.h - JSON records as tests look at them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include "base/json.h"
}

// A parsed JSON value that looks members up by path:
// Record("{...}").integer("metrics.real_top1.correct").
class Record {
public:
    explicit Record(const std::string &text);
    bool valid() const { return json_ != nullptr; }
    int64_t integer(const std::string &path) const;  // fails the test when there is none
    double number(const std::string &path) const;
    std::string text(const std::string &path) const;
    bool is_null(const std::string &path) const;  // there, and null
    bool has(const std::string &path) const;
    std::vector<std::string> texts(const std::string &path) const;  // an array of texts

private:
    const rs_json *find(const std::string &path) const;
    std::shared_ptr<rs_json> json_;
};

// One record a line.
std::vector<Record> ParseRecords(const std::string &lines);
