// An archive as it is written, field by field as APPNOTE.TXT 6.3 has them.
#include <gtest/gtest.h>

#include <string>

#include "support/program.h"

extern "C" {
#include "formats/zip_write.h"
}

namespace {

// Little-endian fields of so many bytes.
std::string Field(uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xff);
    }
    return text;
}

constexpr uint64_t in_zip64 = 0xffffffff; // "in the extra field"

struct Member {
    std::string name, data;
    uint32_t checksum;
    uint64_t at = 0;
};

std::string Common()
{
    return Field(45, 2) +              // version 4.5 reads ZIP64
           Field(1 << 3, 2) +          // sizes and checksum behind the data
           Field(0, 2) +               // stored
           Field(0, 2) + Field(33, 2); // midnight of 1980-01-01
}

std::string Local(const Member &member)
{
    return "PK\3\4" + Common() + Field(0, 4) + Field(in_zip64, 4) + Field(in_zip64, 4) +
           Field(member.name.size(), 2) + Field(20, 2) + member.name + Field(1, 2) + Field(16, 2) +
           Field(0, 8) + Field(0, 8) + member.data + "PK\7\10" + Field(member.checksum, 4) +
           Field(member.data.size(), 8) + Field(member.data.size(), 8);
}

std::string Central(const Member &member)
{
    return "PK\1\2" + Field(45, 2) + Common() + Field(member.checksum, 4) + Field(in_zip64, 4) +
           Field(in_zip64, 4) + Field(member.name.size(), 2) + Field(28, 2) +
           Field(0, 2) +               // comment
           Field(0, 2) + Field(0, 2) + // disk, attributes inside
           Field(0, 4) +               // and outside
           Field(in_zip64, 4) + member.name + Field(1, 2) + Field(24, 2) +
           Field(member.data.size(), 8) + Field(member.data.size(), 8) + Field(member.at, 8);
}

std::string End(uint64_t members, uint64_t at, uint64_t bytes)
{
    return "PK\6\6" + Field(44, 8) + Field(45, 2) + Field(45, 2) + Field(0, 4) + Field(0, 4) +
           Field(members, 8) + Field(members, 8) + Field(bytes, 8) + Field(at, 8) + "PK\6\7" +
           Field(0, 4) + Field(at + bytes, 8) + Field(1, 4) + "PK\5\6" + Field(0, 2) + Field(0, 2) +
           Field(0xffff, 2) + Field(0xffff, 2) + Field(in_zip64, 4) + Field(in_zip64, 4) +
           Field(0, 2);
}

TEST(ZipWrite, every_byte_of_an_archive)
{
    const TemporaryFolder folder;
    Member members[] = {{"values.npy", "123456789", 0xcbf43926}, {"none", "", 0}};
    rs_file_writer *writer = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_file_create(folder.path("a.zip").c_str(), &writer, &error), RS_OK);
    rs_zip_writer zip = {};
    zip.file = writer;
    std::string expected;
    for (Member &member : members) {
        const char *const name = member.name.c_str();
        member.at = expected.size();
        expected += Local(member);
        ASSERT_EQ(rs_zip_begin_member(&zip, name, &error), RS_OK);
        ASSERT_EQ(rs_zip_put(&zip, member.data.data(), member.data.size(), &error), RS_OK);
        ASSERT_EQ(rs_zip_end_member(&zip, name, &error), RS_OK);
    }
    const std::string directory = Central(members[0]) + Central(members[1]);
    expected += directory + End(2, expected.size(), directory.size());
    ASSERT_EQ(rs_zip_finish(&zip, &error), RS_OK);
    rs_zip_writer_clear(&zip);
    ASSERT_EQ(rs_file_commit(writer, &error), RS_OK);
    EXPECT_EQ(ReadFile(folder.path("a.zip")), expected);
}

} // namespace
