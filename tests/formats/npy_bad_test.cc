// .npy files that must be refused, each with its place and its words.
#include "formats/format_bytes.h"

namespace {

struct BadNpy {
    const char *name;
    std::string file;
    rs_dtype wanted;
    Failure failure;
    friend std::ostream &operator<<(std::ostream &out, const BadNpy &bad)
    {
        return out << bad.name;
    }
};

const char kTruncated[] = "the file is truncated; copy it again";
const char kNotNumpy[] = "no version of NumPy writes this; save the array again with numpy.save";
const char kAppended[] = "the file was appended to or its header is wrong; save it again";
const char kNoOption[] =
    "leave --dtype out; it does not convert, it says what two-byte voids and integers mean";
const char kReshape[] = "save it as rows of images and columns of classes, for example "
                        "array.reshape(len(array), -1)";

// The offset of `what` in the header that `dictionary` makes.
uint64_t At(const std::string &dictionary, const std::string &what)
{
    return 10 + dictionary.find(what);
}

Failure Unreadable(uint64_t at, const std::string &expected)
{
    return {RS_FORMAT, RS_PLACE_BYTE, at,
            "the .npy header cannot be read here: " + expected + " expected", kNotNumpy};
}

std::vector<BadNpy> BadHeaders()
{
    const rs_dtype none = RS_DTYPE_NONE;
    const std::string magic("\x93NUMPY", 6);
    const std::string good = NpyDictionary("<f4", "2, 2");
    const std::string twice = "{'descr': '<f4', 'descr': '<f4', 'shape': (2, 2), }";
    const std::string unknown = "{'descr': '<f4', 'color': 1, }";
    const std::string list = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }";
    return {
        {"magic_alone",
         magic,
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 6, "the file ends before the version of its .npy header",
          kTruncated}},
        {"version_0",
         magic + std::string("\0\0", 2) + good,
         none,
         {RS_UNSUPPORTED, RS_PLACE_BYTE, 6, ".npy version 0.0 is not known, versions 1 to 3 are",
          "save it again with numpy.save"}},
        {"version_4",
         NpyHeader(good, 4),
         none,
         {RS_UNSUPPORTED, RS_PLACE_BYTE, 6, ".npy version 4.0 is not known, versions 1 to 3 are",
          "save it again with numpy.save"}},
        {"no_length",
         magic + std::string("\2\0\5\0", 4),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 10, "the file ends before the length of its .npy header",
          kTruncated}},
        {"header_cut",
         NpyHeader(good).substr(0, 40),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 40,
          "the file ends inside its .npy header of " + std::to_string(10 + good.size()) + " bytes",
          kTruncated}},
        {"header_of_4_GB",
         magic + std::string("\2\0", 2) + "\xff\xff\xff\xff" + good,
         none,
         {RS_RANGE, RS_PLACE_BYTE, 8,
          "the .npy header claims 4294967295 bytes, at most 131072 are read", kNotNumpy}},
        {"empty_header", NpyHeader(""), none, Unreadable(10, "a dictionary")},
        {"no_dictionary", NpyHeader("('descr',)"), none, Unreadable(10, "a dictionary")},
        {"never_closed", NpyHeader("{'descr': '<f4',"), none, Unreadable(26, "a quoted text")},
        {"no_colon", NpyHeader("{'descr' '<f4'}"), none, Unreadable(19, "a colon")},
        {"no_comma", NpyHeader("{'descr': '<f4' 'shape': (2, 2)}"), none,
         Unreadable(26, "a comma or a closing brace")},
        {"bare_word", NpyHeader("{descr: '<f4'}"), none, Unreadable(11, "a quoted text")},
        {"quote_left_open", NpyHeader("{'descr': '<f4}"), none, Unreadable(25, "a closing quote")},
        {"escape", NpyHeader("{'descr': '<\\x664'}"), none,
         Unreadable(22, "a short text without escapes")},
        {"type_of_90_letters", NpyHeader("{'descr': '" + std::string(90, 'f') + "'}"), none,
         Unreadable(68, "a short text without escapes")},
        {"zero_byte_in_type", NpyHeader(std::string("{'descr': '<\0004'}", 17)), none,
         Unreadable(22, "a short text without escapes")},
        {"key_twice",
         NpyHeader(twice),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 10 + twice.rfind("'descr'"),
          "the .npy header has twice the key 'descr'", kNotNumpy}},
        {"key_unknown",
         NpyHeader(unknown),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, At(unknown, "'color'"),
          "the .npy header has the unknown key 'color'", kNotNumpy}},
        {"no_descr",
         NpyHeader("{'fortran_order': False, 'shape': (2, 2)}"),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 51, "the .npy header lacks 'descr'", kNotNumpy}},
        {"no_order",
         NpyHeader("{'descr': '<f4', 'shape': (2, 2)}"),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 43, "the .npy header lacks 'fortran_order'", kNotNumpy}},
        {"no_shape",
         NpyHeader("{'descr': '<f4', 'fortran_order': False}"),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 50, "the .npy header lacks 'shape'", kNotNumpy}},
        {"order_is_a_number", NpyHeader("{'fortran_order': 0}"), none,
         Unreadable(28, "True or False")},
        {"shape_is_a_list", NpyHeader("{'shape': [2, 2]}"), none, Unreadable(20, "a tuple")},
        {"dimension_negative", NpyHeader("{'shape': (-2, 2)}"), none,
         Unreadable(21, "a dimension")},
        {"dimension_missing", NpyHeader("{'shape': (2, , 2)}"), none,
         Unreadable(24, "a dimension")},
        {"dimension_float", NpyHeader("{'shape': (2.5, 2)}"), none,
         Unreadable(22, "a closing parenthesis")},
        {"dimension_beyond_64_bits",
         NpyHeader("{'shape': (18446744073709551616, 2)}"),
         none,
         {RS_RANGE, RS_PLACE_BYTE, 21, "a dimension of the array does not fit into 64 bits",
          kNotNumpy}},
        {"nine_dimensions",
         NpyHeader("{'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1)}"),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, 45, "the array has more than 8 dimensions",
          "save it as rows of images and columns of classes"}},
        {"something_after", NpyHeader(good + "garbage"), none,
         Unreadable(10 + good.size(), "the end of the header")},
        {"structured",
         NpyHeader(list),
         none,
         {RS_UNSUPPORTED, RS_PLACE_BYTE, At(list, "["), "the array has structured elements",
          "save one field of it: numpy.save('logits.npy', array['FIELD'])"}},
    };
}

std::vector<BadNpy> BadTypes()
{
    const rs_dtype none = RS_DTYPE_NONE;
    const std::string four(16, 'x');
    const std::string save_f4 =
        "save the logits as float32: numpy.save('logits.npy', array.astype('f4'))";
    const std::string numpy_void = "NumPy writes bfloat16 like this: if it is that, give --dtype "
                                   "bf16 (or --dtype f16), or save "
                                   "the array as float32";
    const auto type = [](const std::string &descr, const std::string &advice) -> Failure {
        return {RS_UNSUPPORTED, RS_PLACE_BYTE, 20,
                "elements of type '" + descr + "' cannot be scored", advice};
    };
    const std::string texts =
        "these are texts, not the model's outputs; name the right file or member";
    return {
        {"objects",
         Npy("|O", "2, 2", four),
         none,
         {RS_UNSUPPORTED, RS_PLACE_BYTE, 20,
          "the array holds pickled Python objects, which are never loaded",
          "rows of different lengths or a list of tensors were saved; convert it: python3 -c "
          "\"import "
          "numpy as n; n.save('logits.npy', n.stack(n.load('FILE.npy', "
          "allow_pickle=True)).astype('f4'))\""}},
        {"texts", Npy("<U28", "2, 2", four), none, type("<U28", texts)},
        {"bytes", Npy("|S8", "2, 2", four), none, type("|S8", texts)},
        {"truth_values", Npy("|b1", "2, 2", four), none,
         type("|b1", "these are truth values, not the model's outputs; save the logits")},
        {"complex", Npy("<c8", "2, 2", four), none, type("<c8", save_f4)},
        {"long_double", Npy("<f16", "2, 2", four), none, type("<f16", save_f4)},
        {"void_of_one", Npy("|V1", "2, 2", four), none, type("|V1", save_f4)},
        {"g2", Npy("<g2", "2, 2", four), none, type("<g2", save_f4)},
        {"no_type", Npy("", "2, 2", four), none, type("", save_f4)},
        {"void",
         Npy("<V2", "2, 2", four.substr(8)),
         none,
         {RS_UNSUPPORTED, RS_PLACE_BYTE, 20,
          "the elements are of type <V2, two bytes without a meaning", numpy_void}},
        {"void_as_f32",
         Npy("<V2", "2, 2", four.substr(8)),
         RS_DTYPE_F32,
         {RS_MISMATCH, RS_PLACE_BYTE, 20, "the elements are of type <V2, not f32", kNoOption}},
        {"f4_as_f16",
         Npy("<f4", "2, 2", four),
         RS_DTYPE_F16,
         {RS_MISMATCH, RS_PLACE_BYTE, 20, "the elements are of type <f4, not f16", kNoOption}},
        {"f2_as_bf16",
         Npy("<f2", "2, 2", four.substr(8)),
         RS_DTYPE_BF16,
         {RS_MISMATCH, RS_PLACE_BYTE, 20, "the elements are of type <f2, not bf16", kNoOption}},
        {"i4_as_f32",
         Npy("<i4", "2, 2", four),
         RS_DTYPE_F32,
         {RS_MISMATCH, RS_PLACE_BYTE, 20, "the elements are of type <i4, not f32", kNoOption}},
        {"u2_as_i16",
         Npy("<u2", "2, 2", four.substr(8)),
         RS_DTYPE_I16,
         {RS_MISMATCH, RS_PLACE_BYTE, 20, "the elements are of type <u2, not i16", kNoOption}},
    };
}

std::vector<BadNpy> BadShapes()
{
    const rs_dtype none = RS_DTYPE_NONE;
    const std::string four(16, 'x');
    const uint64_t shape_at = 60;
    const auto shape = [&](const std::string &reason, const std::string &advice) -> Failure {
        return {RS_FORMAT, RS_PLACE_BYTE, shape_at, reason, advice};
    };
    const auto range = [](const std::string &reason, const std::string &advice) -> Failure {
        return {RS_RANGE, RS_PLACE_NONE, 0, reason, advice};
    };
    const std::string columns_advice =
        "rows are images and columns are classes; is the array transposed or empty?";
    const uint64_t data = Npy("<f4", "2, 2", "").size();
    return {
        {"no_dimension", Npy("<f4", "", four.substr(0, 4)), none,
         shape("the array has 0 dimensions (()), two are needed",
               "this is a single number; save the model's outputs")},
        {"one_dimension_of_floats", Npy("<f4", "4,", four), none,
         shape("the array has 1 dimension (4), two are needed",
               "one number a row says nothing of the classes: save the logits as N x C, or class "
               "indices as integers")},
        {"three_dimensions", Npy("<f4", "2, 2, 1", four), none,
         shape("the array has 3 dimensions (2 x 2 x 1), two are needed", kReshape)},
        {"three_dimensions_of_integers", Npy("<i4", "2, 2, 1", four), none,
         shape("the array has 3 dimensions (2 x 2 x 1), two are needed", kReshape)},
        {"no_rows", Npy("<f4", "0, 2", ""), none,
         range("the array has no rows", "save the model's outputs again")},
        {"no_columns", Npy("<f4", "2, 0", ""), none,
         range("0 columns, from 1 to 65536 can be scored", columns_advice)},
        {"too_many_columns", Npy("<f4", "2, 65537", four), none,
         range("65537 columns, from 1 to 65536 can be scored", columns_advice)},
        {"too_many_rows", Npy("<f4", "4294967296, 2", four), none,
         range("4294967296 rows, at most 4294967295 can be scored", "score it in parts")},
        {"rows_and_columns_wrap",
         Npy("<f8", "4294967295, 65536", four),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, Npy("<f8", "4294967295, 65536", four).size(),
          "the file ends here, but its 4294967295 x 65536 elements of type <f8 need "
          "2251799813160960 "
          "bytes from byte " +
              std::to_string(Npy("<f8", "4294967295, 65536", "").size()) + " on",
          kTruncated}},
        {"dimensions_at_the_limit_of_64_bits", Npy("<f4", "18446744073709551615, 2", four), none,
         range("18446744073709551615 rows, at most 4294967295 can be scored", "score it in parts")},
        {"one_byte_short",
         Npy("<f4", "2, 2", four.substr(1)),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, data + 15,
          "the file ends here, but its 2 x 2 elements of type <f4 need 16 bytes from byte " +
              std::to_string(data) + " on",
          kTruncated}},
        {"no_elements",
         Npy("<f4", "2, 2", ""),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, data,
          "the file ends here, but its 2 x 2 elements of type <f4 need 16 bytes from byte " +
              std::to_string(data) + " on",
          kTruncated}},
        {"one_byte_long",
         Npy("<f4", "2, 2", four + "x"),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, data + 16, "the array ends here, but 1 more bytes follow",
          kAppended}},
        {"two_arrays",
         Npy("<f4", "2, 2", four) + Npy("<f4", "2, 2", four),
         none,
         {RS_FORMAT, RS_PLACE_BYTE, data + 16,
          "the array ends here, but " + std::to_string(data + 16) + " more bytes follow",
          kAppended}},
    };
}

class BadNpyFiles : public testing::TestWithParam<BadNpy> {};

TEST_P(BadNpyFiles, AreRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", GetParam().file);
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        const Source source(path, Options().Dtype(GetParam().wanted).Io(io));
        EXPECT_EQ(source.get(), nullptr);
        ExpectFailure(source, path, GetParam().failure);
    }
}

INSTANTIATE_TEST_SUITE_P(Header, BadNpyFiles, testing::ValuesIn(BadHeaders()),
                         [](const auto &test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Type, BadNpyFiles, testing::ValuesIn(BadTypes()),
                         [](const auto &test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Shape, BadNpyFiles, testing::ValuesIn(BadShapes()),
                         [](const auto &test) { return test.param.name; });

// Every cut of a good file is refused: none reads as a whole one.
TEST(BadNpy, EveryPrefixIsRefused)
{
    const TemporaryFolder folder;
    const std::string good = Npy("<f4", "2, 2", std::string(16, 'x'));
    for (size_t size = 0; size < good.size(); ++size) {
        const Source source(folder.write("a.npy", good.substr(0, size)));
        EXPECT_NE(source.status, RS_OK) << size;
        EXPECT_NE(source.error.reason[0], '\0') << size;
    }
}

TEST(BadNpy, ErrorsNeedNoErrorToWriteTo)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", "\x93NUMPY");
    rs_source *source = nullptr;
    const Options options;
    EXPECT_EQ(rs_source_open(path.c_str(), &options, &source, nullptr), RS_FORMAT);
    EXPECT_EQ(source, nullptr);
    EXPECT_EQ(rs_source_open(path.c_str(), nullptr, &source, nullptr), RS_FORMAT);
}

} // namespace
