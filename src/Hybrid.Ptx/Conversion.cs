namespace Hybrid.Ptx;

using static Arithmetic;

/// <summary><c>cvt</c>: between integers, between floats, and from one to the other.</summary>
static class Conversion
{
    /// <param name="words">The opcode's words behind <c>cvt</c>, ending in the two types.</param>
    public static Func<ulong, ulong>? Of(ReadOnlySpan<string> words)
    {
        if (words.Length < 2) return null;
        string to = words[^2], from = words[^1];
        var rounding = words.Length > 2 && words[0].StartsWith('r') ? words[0] : "";
        return (IsFloat(from), IsFloat(to)) switch
        {
            (false, false) => a => Types.Extend(Widened(a, from), to),
            (false, true) => FromInteger(from, to),
            (true, false) => ToInteger(from, to, rounding),
            _ => BetweenFloats(from, to, rounding),
        };
    }

    static bool IsFloat(string type) => type is "f16" or "bf16" or "tf32" or "f32" or "f64";

    /// <summary>An integer as 64 bits, sign-extended where its type has a sign.</summary>
    static ulong Widened(ulong a, string type) => type switch
    {
        "s8" => (ulong)(sbyte)a,
        "s16" => (ulong)(short)a,
        "s32" => (ulong)(int)a,
        "u8" or "b8" => (byte)a,
        "u16" or "b16" => (ushort)a,
        "u32" or "b32" => (uint)a,
        _ => a,
    };

    static Func<ulong, ulong>? FromInteger(string from, string to) => (to, from[0]) switch
    {
        ("f32", 's') => a => Bits((float)(long)Widened(a, from)),
        ("f32", _) => a => Bits((float)Widened(a, from)),
        ("f64", 's') => a => Bits((double)(long)Widened(a, from)),
        ("f64", _) => a => Bits((double)Widened(a, from)),
        _ => null,
    };

    /// <summary>Rounded as the instruction says, then held to what the type can be; NaN gives 0.</summary>
    static Func<ulong, ulong>? ToInteger(string from, string to, string rounding)
    {
        Func<double, double>? round = rounding switch
        {
            "rzi" => Math.Truncate,
            "rni" => x => Math.Round(x, MidpointRounding.ToEven),
            "rmi" => Math.Floor,
            "rpi" => Math.Ceiling,
            _ => null,
        };
        if (round is null) return null;
        Func<ulong, double> value = from == "f64" ? D : a => F(a);
        return to switch
        {
            "s32" => a => (uint)(int)Math.Clamp(Number(round(value(a))), int.MinValue, int.MaxValue),
            "u32" => a => (uint)Math.Clamp(Number(round(value(a))), 0, uint.MaxValue),
            "s64" => a => (ulong)(long)Number(round(value(a))),
            "u64" => a => (ulong)Math.Max(Number(round(value(a))), 0),
            _ => null,
        };
    }

    static double Number(double x) => double.IsNaN(x) ? 0 : x;

    static Func<ulong, ulong>? BetweenFloats(string from, string to, string rounding) => (from, to, rounding) switch
    {
        ("f32", "f64", _) => a => Bits((double)F(a)),
        ("f64", "f32", "rn") => a => Bits((float)D(a)),
        ("f32", "f16", "rn") => a => BitConverter.HalfToUInt16Bits((Half)F(a)),
        ("f16", "f32", _) => a => Bits((float)BitConverter.UInt16BitsToHalf((ushort)a)),
        ("f32", "f32", "rni") => a => Bits(MathF.Round(F(a), MidpointRounding.ToEven)),
        ("f32", "f32", "rzi") => a => Bits(MathF.Truncate(F(a))),
        ("f32", "f32", "rmi") => a => Bits(MathF.Floor(F(a))),
        ("f32", "f32", "rpi") => a => Bits(MathF.Ceiling(F(a))),
        // Ties away from zero, ten bits of mantissa kept.
        ("f32", "tf32", "rna") => a => float.IsFinite(F(a)) ? ((uint)a + 0x1000u) & 0xFFFFE000u : (uint)a,
        ("f32", "bf16", "rn") => a => ToBf16((uint)a),
        ("bf16", "f32", _) => a => (uint)a << 16,
        _ => null,
    };

    /// <summary><c>cvt.rn.bf16x2.f32 d, a, b</c>: a becomes the upper half.</summary>
    public static ulong ToBf16Pair(ulong a, ulong b) => ToBf16((uint)a) << 16 | ToBf16((uint)b);

    static ulong ToBf16(uint bits) => float.IsNaN(BitConverter.UInt32BitsToSingle(bits))
        ? 0x7FFFUL
        : (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}
