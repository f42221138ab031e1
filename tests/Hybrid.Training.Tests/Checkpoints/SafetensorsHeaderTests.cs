using Hybrid.Training.Checkpoints;

namespace Hybrid.Training.Tests.Checkpoints;

/// <summary>Headers that say what cannot be: each is refused, and for the reason it was made for.</summary>
[TestFixture]
public sealed class SafetensorsHeaderTests
{
    // JSON of one or two tensors; the file's data has 4 bytes unless the case says otherwise.
    static string Tensor(string dtype, string shape, string offsets) =>
        $"{{{Entry("w", dtype, shape, offsets)}}}";

    static string Entry(string name, string dtype, string shape, string offsets) =>
        $"\"{name}\": {{\"dtype\": {dtype}, \"shape\": {shape}, \"data_offsets\": {offsets}}}";

    static string Bytes(string a, int aBytes, string aOffsets, string b, int bBytes, string bOffsets) =>
        $"{{{Entry(a, "\"U8\"", $"[{aBytes}]", aOffsets)}, {Entry(b, "\"U8\"", $"[{bBytes}]", bOffsets)}}}";

    static TestCaseData Case(string name, string says, string json, int dataBytes = 4) =>
        new TestCaseData(SafetensorsTests.Foreign(json, new byte[dataBytes]), says)
            .SetName($"Refuses_{name}");

    static IEnumerable<TestCaseData> NotJson()
    {
        const string good = SafetensorsDamageTests.OneFloat;
        yield return Case("an_array", "not a safetensors file", "[1, 2, 3]");
        yield return Case("a_leading_space", "not a safetensors file", " " + good);
        yield return Case("half_a_header", "not valid JSON", good[..20]);
        yield return Case("two_headers", "not valid JSON", good + good);
        yield return Case("deep_nesting", "not valid JSON", "{\"w\":" + new string('[', 100_000));
        yield return Case("one_name_twice", "not valid JSON", Bytes("a", 2, "[0,2]", "a", 2, "[2,4]"));
        yield return Case("one_name_twice_by_escape", "not valid JSON",
            Bytes("a", 2, "[0,2]", @"\u0061", 2, "[2,4]"));
        yield return Case("half_a_character_in_a_name", "not valid JSON",
            Bytes("a", 4, "[0,4]", @"\ud800", 0, "[4,4]"));
        yield return Case("half_a_character_in_metadata", "not valid JSON",
            """{"__metadata__":{"a":"\ud800"}}""", 0);
        yield return Case("metadata_twice", "not valid JSON", """{"__metadata__":{},"__metadata__":{}}""", 0);
    }

    static IEnumerable<TestCaseData> NotATensor()
    {
        yield return Case("an_unknown_dtype", "unknown dtype F31", Tensor("\"F31\"", "[1]", "[0,4]"));
        yield return Case("a_dtype_in_small_letters", "unknown dtype f32", Tensor("\"f32\"", "[1]", "[0,4]"));
        yield return Case("a_dtype_by_number", "unknown dtype 11", Tensor("\"11\"", "[1]", "[0,4]"));
        yield return Case("a_dtype_that_is_no_text", "does not say dtype", Tensor("32", "[1]", "[0,4]"));
        yield return Case("no_dtype", "does not say dtype", """{"w":{"shape":[1],"data_offsets":[0,4]}}""");
        yield return Case("a_fourth_property", "does not say dtype",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}""");
        yield return Case("a_tensor_that_is_a_number", "does not say dtype", """{"w":4}""");
        yield return Case("too_few_bytes", "keeps 4 bytes", Tensor("\"F32\"", "[2]", "[0,4]"));
        yield return Case("too_many_bytes", "keeps 4 bytes", Tensor("\"U8\"", "[3]", "[0,4]"));
        yield return Case("a_huge_dimension", "keeps 4 bytes",
            Tensor("\"F32\"", "[4611686018427387905]", "[0,4]"));
        yield return Case("dimensions_that_overflow", "keeps 0 bytes",
            Tensor("\"U8\"", "[4294967296,4294967296]", "[0,0]"));
        yield return Case("a_negative_dimension", "whole number", Tensor("\"F32\"", "[-1]", "[0,4]"));
        yield return Case("two_negative_dimensions", "whole number", Tensor("\"F32\"", "[-1,-1]", "[0,4]"));
        yield return Case("a_fractional_dimension", "whole number", Tensor("\"F32\"", "[1.5]", "[0,4]"));
        yield return Case("a_dimension_beyond_64_bits", "whole number",
            Tensor("\"F32\"", "[99999999999999999999]", "[0,4]"));
        yield return Case("a_shape_that_is_no_list", "no list", Tensor("\"F32\"", "1", "[0,4]"));
    }

    static IEnumerable<TestCaseData> NotAPlace()
    {
        yield return Case("offsets_that_are_text", "no list", Tensor("\"F32\"", "[1]", "\"0,4\""));
        yield return Case("one_offset", "not a range", Tensor("\"F32\"", "[1]", "[0]"));
        yield return Case("three_offsets", "not a range", Tensor("\"F32\"", "[1]", "[0,4,4]"));
        yield return Case("offsets_in_reverse", "not a range", Tensor("\"F32\"", "[1]", "[4,0]"));
        yield return Case("negative_offsets", "whole number", Tensor("\"F32\"", "[1]", "[-4,0]"));
        yield return Case("offsets_beyond_the_file", "header announces 8", Tensor("\"F32\"", "[2]", "[0,8]"));
        yield return Case("a_terabyte", "2 GiB", Tensor("\"U8\"", "[1099511627776]", "[0,1099511627776]"));
        yield return Case("a_gap_at_the_start", "gap", Tensor("\"F32\"", "[1]", "[4,8]"), 8);
        yield return Case("a_gap_between_tensors", "gap", Bytes("a", 1, "[0,1]", "b", 1, "[3,4]"));
        yield return Case("overlapping_tensors", "overlap", Bytes("a", 3, "[0,3]", "b", 3, "[1,4]"));
        yield return Case("data_after_the_last_tensor", "5 bytes of data",
            Tensor("\"F32\"", "[1]", "[0,4]"), 5);
    }

    static IEnumerable<TestCaseData> NotMetadata()
    {
        yield return Case("metadata_that_is_no_object", "JSON object", """{"__metadata__":1}""", 0);
        yield return Case("metadata_that_is_no_text", "no text", """{"__metadata__":{"epoch":3}}""", 0);
        yield return Case("a_checksum_in_the_wrong_place", "was changed",
            """{"__metadata__":{"a":"","hybrid.sha256":""}}""", 0);
        yield return Case("a_short_checksum", "was changed",
            """{"__metadata__":{"hybrid.sha256":"00"}}""", 0);
        yield return Case("a_wrong_checksum", "does not match",
            $$$"""{"__metadata__":{"hybrid.sha256":"{{{new string('0', 64)}}}"}}""", 0);
        yield return Case("a_format_without_checksum", "was changed",
            """{"__metadata__":{"hybrid.format":"1"}}""", 0);
    }

    [TestCaseSource(nameof(NotJson))]
    [TestCaseSource(nameof(NotATensor))]
    [TestCaseSource(nameof(NotAPlace))]
    [TestCaseSource(nameof(NotMetadata))]
    public void Refuses(byte[] bytes, string says)
    {
        using var folder = new TempFolder();
        var path = folder.With("f.safetensors", bytes);
        Expect.UserError(() => SafetensorsFile.Read(path), path, says);
    }
}
