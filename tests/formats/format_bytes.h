// format_bytes.h - files of every format, built byte by byte, and what is asked of them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "reassess/logits.h"
#include "support/program.h"
#include "support/standard_input.h"

extern "C" {
#include "base/error.h"
}

// ---- bytes ----

template <typename T> std::string BytesOf(const std::vector<T> &values)
{
    return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

template <typename T> std::vector<T> ValuesOf(const std::string &bytes)
{
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

inline std::string LittleEndian(uint64_t value, size_t size)
{
    std::string bytes;
    for (size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>(value >> (8 * i));
    }
    return bytes;
}

// Every group of `size` bytes turned around.
inline std::string Swapped(std::string bytes, size_t size)
{
    for (size_t i = 0; i + size <= bytes.size(); i += size) {
        std::string part = bytes.substr(i, size);
        bytes.replace(i, size, std::string(part.rbegin(), part.rend()));
    }
    return bytes;
}

// The elements of a row-major array, column after column.
inline std::string Transposed(const std::string &bytes, size_t rows, size_t columns, size_t size)
{
    std::string out;
    for (size_t column = 0; column < columns; ++column) {
        for (size_t row = 0; row < rows; ++row) {
            out += bytes.substr((row * columns + column) * size, size);
        }
    }
    return out;
}

// Magic, version, length and a dictionary as it stands (no padding added).
inline std::string NpyHeader(const std::string &dictionary, int version = 1)
{
    std::string header("\x93NUMPY", 6);
    header += static_cast<char>(version);
    header += '\0';
    return header + LittleEndian(dictionary.size(), version == 1 ? 2 : 4) + dictionary;
}

inline std::string NpyDictionary(const std::string &descr, const std::string &shape,
                                 bool fortran = false)
{
    return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
           ", 'shape': (" + shape + "), }";
}

inline std::string Npy(const std::string &descr, const std::string &shape,
                       const std::string &elements, bool fortran = false)
{
    return NpyHeader(NpyDictionary(descr, shape, fortran)) + elements;
}

// A bad text, and the byte of it that an error has to name: the picture's last line is blank but
// for a caret under that byte of the line above. A caret behind the line stands for the text's end.
struct Marked {
    std::string text;
    uint64_t at;

    explicit Marked(const std::string &picture)
    {
        const size_t end = picture.rfind('\n');
        const std::string carets = picture.substr(end + 1);
        const size_t column = carets.find('^');
        EXPECT_NE(end, std::string::npos) << picture;
        EXPECT_EQ(carets, std::string(carets.size() - 1, ' ') + "^") << picture;
        text = picture.substr(0, end);
        at = text.rfind('\n') + 1 + column;
        EXPECT_LE(at, text.size()) << picture;
    }
};

inline std::string Safetensors(const std::string &json, const std::string &buffer)
{
    return LittleEndian(json.size(), 8) + json + buffer;
}

// ---- sources ----

struct Options : rs_source_options {
    Options() : rs_source_options()
    {
    }
    Options &Dtype(rs_dtype value)
    {
        dtype = value;
        return *this;
    }
    Options &Tensor(const char *name)
    {
        tensor = name;
        return *this;
    }
    Options &Io(rs_io value)
    {
        io = value;
        return *this;
    }
    Options &Raw(uint64_t rows, uint64_t columns)
    {
        raw_rows = rows;
        raw_columns = columns;
        return *this;
    }
};

// A source that closes itself; when it could not be opened, the reason is in `error`.
class Source {
  public:
    explicit Source(const std::string &path, const rs_source_options &options = Options())
    {
        status = rs_source_open(path.c_str(), &options, &source_, &error);
    }
    Source(const std::vector<std::string> &parts, const rs_source_options &options)
    {
        std::vector<const char *> paths;
        for (const std::string &part : parts) {
            paths.push_back(part.c_str());
        }
        status = rs_source_open_parts(paths.data(), paths.size(), &options, &source_, &error);
    }
    ~Source()
    {
        rs_source_close(source_);
    }
    Source(const Source &) = delete;
    Source &operator=(const Source &) = delete;

    rs_source *get() const
    {
        return source_;
    }
    const rs_source_info &info() const
    {
        return *rs_source_get_info(source_);
    }

    // Everything, read in blocks of `block` rows; stops at the first error, which is kept.
    std::string ReadAll(uint64_t block = 3)
    {
        std::string all;
        std::string buffer(block * info().row_bytes, '\x55');
        uint64_t got = block;
        for (uint64_t row = 0; got == block; row += got) {
            status = rs_source_read(source_, row, block, buffer.data(), &got, &error);
            if (status != RS_OK) {
                return all;
            }
            all.append(buffer, 0, got * info().row_bytes);
        }
        return all;
    }

    std::string Message() const
    {
        char text[2048];
        return status == RS_OK ? "" : rs_error_text(&error, text, sizeof text);
    }

    rs_status status = RS_OK;
    rs_error error = {};

  private:
    rs_source *source_ = nullptr;
};

// ---- expectations ----

// What an error must say, word for word.
struct Failure {
    rs_status status;
    rs_place_kind place;
    uint64_t at;
    std::string reason;
    std::string advice;
};

inline void ExpectFailure(const Source &source, const std::string &file, const Failure &expected)
{
    EXPECT_EQ(source.status, expected.status) << source.Message();
    if (source.status == RS_OK) {
        return;
    }
    EXPECT_EQ(source.error.status, expected.status);
    EXPECT_EQ(source.error.place.kind, expected.place);
    EXPECT_EQ(source.error.place.at, expected.at);
    EXPECT_EQ(std::string(source.error.file), file);
    EXPECT_EQ(std::string(source.error.reason), expected.reason);
    EXPECT_EQ(std::string(source.error.advice), expected.advice);
}
