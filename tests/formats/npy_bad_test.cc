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
const char kReshape[] =
    "put it in rows: python3 -c \"import sys,numpy as n;x=n.load(sys.argv[1]);"
    "[x]=[v for v in x.values()if v.ndim>2]if hasattr(x,'keys')else[x];x=x.squeeze();"
    "n.save('logits.npy',x.reshape(-1,x.shape[-1]))\" {in}; where the dimension in the middle is "
    "views of an image, x=x.mean(1) is their average";

// Where the dictionary of NpyHeader begins.
const uint64_t kDictionary = 10;

// A header whose dictionary fails at the caret.
BadNpy Refused(const char *name, const std::string &picture, rs_status status,
               const std::string &reason, const std::string &advice,
               const std::string &elements = "", rs_dtype wanted = RS_DTYPE_NONE)
{
    const Marked dictionary(picture);
    return {name,
            NpyHeader(dictionary.text) + elements,
            wanted,
            {status, RS_PLACE_BYTE, kDictionary + dictionary.at, reason, advice}};
}

BadNpy Fails(const char *name, const std::string &picture, const std::string &reason)
{
    return Refused(name, picture, RS_FORMAT, reason, kNotNumpy);
}

BadNpy Unreadable(const char *name, const std::string &picture, const std::string &expected)
{
    return Fails(name, picture, "the .npy header cannot be read here: " + expected + " expected");
}

std::vector<BadNpy> BadHeaders()
{
    const rs_dtype none = RS_DTYPE_NONE;
    const std::string magic("\x93NUMPY", 6);
    const std::string good = NpyDictionary("<f4", "2, 2");
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
    };
}

std::vector<BadNpy> BadDictionaries()
{
    return {
        Unreadable("empty_header",
                   "\n"
                   "^",
                   "a dictionary"),
        Unreadable("no_dictionary",
                   "('descr',)\n"
                   "^",
                   "a dictionary"),
        Unreadable("never_closed",
                   "{'descr': '<f4',\n"
                   "                ^",
                   "a quoted text"),
        Unreadable("no_colon",
                   "{'descr' '<f4'}\n"
                   "         ^",
                   "a colon"),
        Unreadable("no_comma",
                   "{'descr': '<f4' 'shape': (2, 2)}\n"
                   "                ^",
                   "a comma or a closing brace"),
        Unreadable("bare_word",
                   "{descr: '<f4'}\n"
                   " ^",
                   "a quoted text"),
        Unreadable("quote_left_open",
                   "{'descr': '<f4}\n"
                   "               ^",
                   "a closing quote"),
        Unreadable("escape",
                   "{'descr': '<\\x664'}\n"
                   "            ^",
                   "a short text without escapes"),
        Unreadable("type_of_90_letters",
                   "{'descr': '" + std::string(90, 'f') + "'}\n" + // from the 48th on
                       "           " + std::string(47, ' ') + "^",
                   "a short text without escapes"),
        Unreadable("zero_byte_in_type",
                   "{'descr': '<" + std::string(1, '\0') +
                       "4'}\n"
                       "            ^",
                   "a short text without escapes"),
        Fails("key_twice",
              "{'descr': '<f4', 'descr': '<f4', 'shape': (2, 2), }\n"
              "                 ^",
              "the .npy header has twice the key 'descr'"),
        Fails("key_unknown",
              "{'descr': '<f4', 'color': 1, }\n"
              "                 ^",
              "the .npy header has the unknown key 'color'"),
        Fails("no_descr",
              "{'fortran_order': False, 'shape': (2, 2)}\n"
              "                                         ^",
              "the .npy header lacks 'descr'"),
        Fails("no_order",
              "{'descr': '<f4', 'shape': (2, 2)}\n"
              "                                 ^",
              "the .npy header lacks 'fortran_order'"),
        Fails("no_shape",
              "{'descr': '<f4', 'fortran_order': False}\n"
              "                                        ^",
              "the .npy header lacks 'shape'"),
        Unreadable("order_is_a_number",
                   "{'fortran_order': 0}\n"
                   "                  ^",
                   "True or False"),
        Unreadable("shape_is_a_list",
                   "{'shape': [2, 2]}\n"
                   "          ^",
                   "a tuple"),
        Unreadable("dimension_negative",
                   "{'shape': (-2, 2)}\n"
                   "           ^",
                   "a dimension"),
        Unreadable("dimension_missing",
                   "{'shape': (2, , 2)}\n"
                   "              ^",
                   "a dimension"),
        Unreadable("dimension_of_no_integer",
                   "{'shape': (np.float64(2), 2)}\n"
                   "           ^",
                   "a dimension"),
        Unreadable("dimension_not_closed",
                   "{'shape': (np.int64(2, 2)}\n"
                   "                     ^",
                   "a closing parenthesis"),
        Unreadable("dimension_float",
                   "{'shape': (2.5, 2)}\n"
                   "            ^",
                   "a closing parenthesis"),
        Refused("dimension_beyond_64_bits",
                "{'shape': (18446744073709551616, 2)}\n"
                "           ^",
                RS_RANGE, "a dimension of the array does not fit into 64 bits", kNotNumpy),
        Refused("nine_dimensions",
                "{'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1)}\n"
                "                                   ^",
                RS_FORMAT, "the array has more than 8 dimensions",
                "save it as rows of images and columns of classes"),
        Unreadable("something_after",
                   "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }garbage\n"
                   "                                                           ^",
                   "the end of the header"),
    };
}

std::vector<BadNpy> BadTypes()
{
    const std::string four(16, 'x');
    const std::string save_f4 = "save the logits as float32";
    const std::string numpy_void = "NumPy writes bfloat16 like this: if it is that, give --dtype "
                                   "bf16 (or --dtype f16), or save "
                                   "the array as float32";
    const std::string texts =
        "these are texts, not the model's outputs; name the right file or member";
    const std::string truths = "these are truth values, not the model's outputs; save the logits";
    const auto type = [&](const char *name, const std::string &picture, const std::string &descr,
                          const std::string &advice) {
        return Refused(name, picture, RS_UNSUPPORTED,
                       "elements of type '" + descr + "' cannot be scored", advice, four);
    };
    const auto other = [&](const char *name, const std::string &picture, const std::string &bytes,
                           rs_dtype wanted, const std::string &reason) {
        return Refused(name, picture, RS_MISMATCH, reason, kNoOption, bytes, wanted);
    };
    const std::string two = four.substr(8);
    return {
        type("texts",
             "{'descr': '<U28', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "<U28", texts),
        type("bytes",
             "{'descr': '|S8', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "|S8", texts),
        type("truth_values",
             "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "|b1", truths),
        type("complex",
             "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "<c8", save_f4),
        type("void_of_one",
             "{'descr': '|V1', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "|V1", save_f4),
        type("g2",
             "{'descr': '<g2', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "<g2", save_f4),
        type("no_type",
             "{'descr': '', 'fortran_order': False, 'shape': (2, 2), }\n"
             "          ^",
             "", save_f4),
        Refused("void",
                "{'descr': '<V2', 'fortran_order': False, 'shape': (2, 2), }\n"
                "          ^",
                RS_UNSUPPORTED, "the elements are of type <V2, two bytes without a meaning",
                numpy_void, two),
        other("void_as_f32",
              "{'descr': '<V2', 'fortran_order': False, 'shape': (2, 2), }\n"
              "          ^",
              two, RS_DTYPE_F32, "the elements are of type <V2, not f32"),
        other("f4_as_f16",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n"
              "          ^",
              four, RS_DTYPE_F16, "the elements are of type <f4, not f16"),
        other("f2_as_bf16",
              "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2), }\n"
              "          ^",
              two, RS_DTYPE_BF16, "the elements are of type <f2, not bf16"),
        other("i4_as_f32",
              "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }\n"
              "          ^",
              four, RS_DTYPE_F32, "the elements are of type <i4, not f32"),
        other("u2_as_i16",
              "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 2), }\n"
              "          ^",
              two, RS_DTYPE_I16, "the elements are of type <u2, not i16"),
    };
}

std::vector<BadNpy> BadShapes()
{
    const rs_dtype none = RS_DTYPE_NONE;
    const std::string four(16, 'x');
    const auto shape = [&](const char *name, const std::string &picture,
                           const std::string &elements, const std::string &reason,
                           const std::string &advice) {
        return Refused(name, picture, RS_FORMAT, reason, advice, elements);
    };
    const auto range = [](const std::string &reason, const std::string &advice) -> Failure {
        return {RS_RANGE, RS_PLACE_NONE, 0, reason, advice};
    };
    const std::string columns_advice =
        "rows are images and columns are classes; is the array transposed or empty?";
    const uint64_t data = Npy("<f4", "2, 2", "").size();
    return {
        shape("no_dimension",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n"
              "                                                  ^",
              four.substr(0, 4), "the array has 0 dimensions (()), two are needed",
              "this is a single number; save the model's outputs"),
        shape("one_dimension_of_floats",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }\n"
              "                                                  ^",
              four, "the array has 1 dimension (4), two are needed",
              "one number a row says nothing of the classes: save the logits as N x C, or class "
              "indices as integers"),
        shape("three_dimensions",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 1), }\n"
              "                                                  ^",
              four, "the array has 3 dimensions (2 x 2 x 1), two are needed", kReshape),
        shape("three_dimensions_of_integers",
              "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2, 1), }\n"
              "                                                  ^",
              four, "the array has 3 dimensions (2 x 2 x 1), two are needed", kReshape),
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
        Failure failure = GetParam().failure;
        if (const size_t at = failure.advice.find("{in}"); at != std::string::npos) {
            failure.advice.replace(at, 4, "'" + path + "'");
        }
        ExpectFailure(source, path, failure);
    }
}

INSTANTIATE_TEST_SUITE_P(Header, BadNpyFiles, testing::ValuesIn(BadHeaders()),
                         [](const auto &test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Dictionary, BadNpyFiles, testing::ValuesIn(BadDictionaries()),
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
