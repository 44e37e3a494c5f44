// zip_files.h - zip archives made by libzip, for tests.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <string>
#include <vector>

struct ZipMember {
    std::string name;
    std::string content;
    int method = ZIP_CM_STORE;
    const char *password = nullptr;
};

inline void WriteZip(const std::string &path, const std::vector<ZipMember> &members)
{
    int code = 0;
    zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    ASSERT_NE(zip, nullptr) << code;
    for (const ZipMember &member : members) {
        zip_source_t *source =
            zip_source_buffer(zip, member.content.data(), member.content.size(), 0);
        ASSERT_NE(source, nullptr);
        const zip_int64_t index = zip_file_add(zip, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        ASSERT_GE(index, 0) << zip_strerror(zip);
        const auto at = static_cast<zip_uint64_t>(index);
        ASSERT_EQ(zip_set_file_compression(zip, at, member.method, 0), 0) << zip_strerror(zip);
        if (member.password != nullptr) {
            ASSERT_EQ(zip_file_set_encryption(zip, at, ZIP_EM_AES_256, member.password), 0);
        }
    }
    ASSERT_EQ(zip_close(zip), 0) << zip_strerror(zip);
}
