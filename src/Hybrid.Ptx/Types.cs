namespace Hybrid.Ptx;

/// <summary>PTX's types: a letter for the kind, a number for the bits.</summary>
static class Types
{
    /// <summary>Bytes of u8 … f64.</summary>
    /// <exception cref="NotSupportedException">No such type.</exception>
    public static int Bytes(string type) => type switch
    {
        "pred" or "b8" or "u8" or "s8" => 1,
        "b16" or "u16" or "s16" or "f16" or "bf16" => 2,
        "b32" or "u32" or "s32" or "f32" or "tf32" or "f16x2" => 4,
        "b64" or "u64" or "s64" or "f64" => 8,
        _ => throw new NotSupportedException($"a type .{type}"),
    };

    public static bool IsType(string word) =>
        word is "pred" or "f16" or "bf16" or "tf32" or "f32" or "f64" or "f16x2"
        || (word.Length is 2 or 3 && word[0] is 'b' or 'u' or 's' && char.IsAsciiDigit(word[1]));

    /// <summary>
    /// The value as registers hold it. Up to 32 bits wide, it stands in the lower half, sign-extended to it where a
    /// load of a signed byte or short does that; zeros stand above.
    /// </summary>
    public static ulong Extend(ulong bits, string type) => type switch
    {
        "s8" => (uint)(sbyte)bits,
        "b8" or "u8" => (byte)bits,
        "s16" or "b16" or "u16" or "f16" or "bf16" => (ushort)bits,
        "s32" or "b32" or "u32" or "f32" or "tf32" or "f16x2" => (uint)bits,
        "pred" => bits & 1,
        _ => bits,
    };
}
