using System.Numerics;

namespace Hybrid.Ptx;

/// <summary>What the arithmetic instructions do to one lane, by opcode without rounding and saturation words.</summary>
/// <remarks>
/// Registers hold 64 bits; 32-bit values stand in the lower half with zeros above, 16-bit ones in the lower quarter.
/// IEEE operations are the processor's own; <c>.approx</c> is computed in double and rounded once, so that it is
/// within the instruction's documented error but not the hardware's bits.
/// </remarks>
static class Arithmetic
{
    /// <summary>Of one operand.</summary>
    public static Func<ulong, ulong>? Unary(string op, string type) => (op, type) switch
    {
        ("abs", "f32") => a => (uint)a & 0x7FFFFFFFu,
        ("abs", "f64") => a => a & 0x7FFFFFFFFFFFFFFF,
        ("abs", "s32") => a => (uint)((int)a < 0 ? -(int)a : (int)a),
        ("abs", "s64") => a => (ulong)((long)a < 0 ? -(long)a : (long)a),
        ("neg", "f32") => a => (uint)a ^ 0x80000000u,
        ("neg", "f64") => a => a ^ 0x8000000000000000,
        ("neg", "s32") => a => (uint)-(int)a,
        ("neg", "s64") => a => (ulong)-(long)a,
        ("not", "pred") => a => a ^ 1,
        ("not", "b16") => a => (ushort)~a,
        ("not", "b32") => a => (uint)~a,
        ("not", "b64") => a => ~a,
        ("popc", "b32") => a => (uint)BitOperations.PopCount((uint)a),
        ("popc", "b64") => a => (uint)BitOperations.PopCount(a),
        ("clz", "b32") => a => (uint)BitOperations.LeadingZeroCount((uint)a),
        ("clz", "b64") => a => (uint)BitOperations.LeadingZeroCount(a),
        ("brev", "b32") => a => Reversed((uint)a),
        ("sqrt", "f32") => a => Bits(MathF.Sqrt(F(a))),
        ("sqrt", "f64") => a => Bits(Math.Sqrt(D(a))),
        ("rcp", "f32") => a => Bits(1 / F(a)),
        ("rcp", "f64") => a => Bits(1 / D(a)),
        ("rsqrt", "f32") => a => Bits((float)(1 / Math.Sqrt(F(a)))),
        ("ex2", "f32") => a => Bits((float)Math.Pow(2, F(a))),
        ("lg2", "f32") => a => Bits((float)Math.Log2(F(a))),
        ("sin", "f32") => a => Bits((float)Math.Sin(F(a))),
        ("cos", "f32") => a => Bits((float)Math.Cos(F(a))),
        ("tanh", "f32") => a => Bits((float)Math.Tanh(F(a))),
        _ => null,
    };

    /// <summary>Of two operands.</summary>
    public static Func<ulong, ulong, ulong>? Binary(string op, string type) => (op, type) switch
    {
        ("add", "f32") => (a, b) => Bits(F(a) + F(b)),
        ("add", "f64") => (a, b) => Bits(D(a) + D(b)),
        ("add", "s64" or "u64") => (a, b) => a + b,
        ("add", "s16" or "u16") => (a, b) => (ushort)(a + b),
        ("add", _) => (a, b) => (uint)(a + b),
        ("sub", "f32") => (a, b) => Bits(F(a) - F(b)),
        ("sub", "f64") => (a, b) => Bits(D(a) - D(b)),
        ("sub", "s64" or "u64") => (a, b) => a - b,
        ("sub", "s16" or "u16") => (a, b) => (ushort)(a - b),
        ("sub", _) => (a, b) => (uint)(a - b),
        ("mul", "f32") => (a, b) => Bits(F(a) * F(b)),
        ("mul", "f64") => (a, b) => Bits(D(a) * D(b)),
        ("mul.lo", "s64" or "u64") => (a, b) => a * b,
        ("mul.lo", "s16" or "u16") => (a, b) => (ushort)(a * b),
        ("mul.lo", _) => (a, b) => (uint)(a * b),
        ("mul.hi", "s32") => (a, b) => (uint)(((long)(int)a * (int)b) >> 32),
        ("mul.hi", "u32") => (a, b) => (a * b) >> 32,
        ("mul.hi", "s64") => (a, b) => (ulong)Math.BigMul((long)a, (long)b, out _),
        ("mul.hi", "u64") => (a, b) => Math.BigMul(a, b, out _),
        ("mul.wide", "s32") => (a, b) => (ulong)((long)(int)a * (int)b),
        ("mul.wide", "u32") => (a, b) => a * b,
        ("mul.wide", "s16") => (a, b) => (uint)((short)a * (short)b),
        ("mul.wide", "u16") => (a, b) => (uint)((ushort)a * (ushort)b),
        ("div", "f32") => (a, b) => Bits(F(a) / F(b)),
        ("div", "f64") => (a, b) => Bits(D(a) / D(b)),
        // An integer division by zero gives unspecified bits, and overflow the dividend; both without a trap.
        ("div", "s32") => (a, b) =>
            (int)b == 0 ? uint.MaxValue : (int)b == -1 ? (uint)-(int)a : (uint)((int)a / (int)b),
        ("div", "u32") => (a, b) => b == 0 ? uint.MaxValue : a / b,
        ("div", "s64") => (a, b) =>
            b == 0 ? ulong.MaxValue : (long)b == -1 ? (ulong)-(long)a : (ulong)((long)a / (long)b),
        ("div", "u64") => (a, b) => b == 0 ? ulong.MaxValue : a / b,
        ("rem", "s32") => (a, b) => (int)b is 0 or -1 ? (int)b == 0 ? (uint)a : 0 : (uint)((int)a % (int)b),
        ("rem", "u32") => (a, b) => b == 0 ? a : a % b,
        ("rem", "s64") => (a, b) => (long)b is 0 or -1 ? b == 0 ? a : 0 : (ulong)((long)a % (long)b),
        ("rem", "u64") => (a, b) => b == 0 ? a : a % b,
        ("min", "f32") => (a, b) => Bits(NumberOf(F(a), F(b), float.MinNumber)),
        ("max", "f32") => (a, b) => Bits(NumberOf(F(a), F(b), float.MaxNumber)),
        ("min", "f64") => (a, b) => Bits(double.MinNumber(D(a), D(b))),
        ("max", "f64") => (a, b) => Bits(double.MaxNumber(D(a), D(b))),
        ("min", "s32") => (a, b) => (uint)Math.Min((int)a, (int)b),
        ("max", "s32") => (a, b) => (uint)Math.Max((int)a, (int)b),
        ("min", "s64") => (a, b) => (ulong)Math.Min((long)a, (long)b),
        ("max", "s64") => (a, b) => (ulong)Math.Max((long)a, (long)b),
        ("min", _) => Math.Min,
        ("max", _) => Math.Max,
        ("and", _) => (a, b) => a & b,
        ("or", _) => (a, b) => a | b,
        ("xor", _) => (a, b) => a ^ b,
        // Shifts by the width or more give 0, or the sign.
        ("shl", "b64") => (a, b) => (uint)b > 63 ? 0 : a << (int)(uint)b,
        ("shl", "b16") => (a, b) => (uint)b > 15 ? 0 : (ulong)(ushort)(a << (int)(uint)b),
        ("shl", _) => (a, b) => (uint)b > 31 ? 0 : (uint)a << (int)(uint)b,
        ("shr", "s64") => (a, b) => (ulong)((long)a >> (int)Math.Min((uint)b, 63)),
        ("shr", "b64" or "u64") => (a, b) => (uint)b > 63 ? 0 : a >> (int)(uint)b,
        ("shr", "s32") => (a, b) => (uint)((int)a >> (int)Math.Min((uint)b, 31)),
        ("shr", "s16") => (a, b) => (ushort)((short)a >> (int)Math.Min((uint)b, 15)),
        ("shr", _) => (a, b) => (uint)b > 31 ? 0 : a >> (int)(uint)b,
        _ => null,
    };

    /// <summary>Of three operands.</summary>
    public static Func<ulong, ulong, ulong, ulong>? Ternary(string op, string type) => (op, type) switch
    {
        ("fma" or "mad", "f32") => (a, b, c) => Bits(MathF.FusedMultiplyAdd(F(a), F(b), F(c))),
        ("fma" or "mad", "f64") => (a, b, c) => Bits(Math.FusedMultiplyAdd(D(a), D(b), D(c))),
        ("mad.lo", "s64" or "u64") => (a, b, c) => a * b + c,
        ("mad.lo", _) => (a, b, c) => (uint)(a * b + c),
        ("mad.wide", "s32") => (a, b, c) => (ulong)((long)(int)a * (int)b) + c,
        ("mad.wide", "u32") => (a, b, c) => a * b + c,
        ("mad.hi", "s32") => (a, b, c) => (uint)((((long)(int)a * (int)b) >> 32) + (long)c),
        ("mad.hi", "u32") => (a, b, c) => (uint)(((a * b) >> 32) + c),
        ("selp", _) => (a, b, p) => p != 0 ? a : b,
        ("bfe", "u32") => (a, b, c) => Field((uint)a, (int)(uint)b & 255, (int)(uint)c & 255),
        ("prmt", "b32") => Permuted,
        _ => null,
    };

    /// <summary>A comparison; those that end in u are true for NaN.</summary>
    public static Func<ulong, ulong, bool>? Compare(string comparison, string type)
    {
        return type switch
        {
            "f32" => Floats(comparison) is { } test ? (a, b) => test(F(a), F(b)) : null,
            "f64" => Floats(comparison) is { } test ? (a, b) => test(D(a), D(b)) : null,
            "s16" => Signed(comparison) is { } test ? (a, b) => test((short)a, (short)b) : null,
            "s32" => Signed(comparison) is { } test ? (a, b) => test((int)a, (int)b) : null,
            "s64" => Signed(comparison) is { } test ? (a, b) => test((long)a, (long)b) : null,
            _ => Unsigned(comparison),
        };
    }

    static Func<double, double, bool>? Floats(string comparison) => comparison switch
    {
        "eq" => (a, b) => a == b,
        "ne" => (a, b) => a < b || a > b,
        "lt" => (a, b) => a < b,
        "le" => (a, b) => a <= b,
        "gt" => (a, b) => a > b,
        "ge" => (a, b) => a >= b,
        "equ" => (a, b) => !(a < b || a > b),
        "neu" => (a, b) => a != b,
        "ltu" => (a, b) => !(a >= b),
        "leu" => (a, b) => !(a > b),
        "gtu" => (a, b) => !(a <= b),
        "geu" => (a, b) => !(a < b),
        "num" => (a, b) => !double.IsNaN(a) && !double.IsNaN(b),
        "nan" => (a, b) => double.IsNaN(a) || double.IsNaN(b),
        _ => null,
    };

    static Func<long, long, bool>? Signed(string comparison) => comparison switch
    {
        "eq" => (a, b) => a == b,
        "ne" => (a, b) => a != b,
        "lt" => (a, b) => a < b,
        "le" => (a, b) => a <= b,
        "gt" => (a, b) => a > b,
        "ge" => (a, b) => a >= b,
        _ => null,
    };

    static Func<ulong, ulong, bool>? Unsigned(string comparison) => comparison switch
    {
        "eq" => (a, b) => a == b,
        "ne" => (a, b) => a != b,
        "lt" or "lo" => (a, b) => a < b,
        "le" or "ls" => (a, b) => a <= b,
        "gt" or "hi" => (a, b) => a > b,
        "ge" or "hs" => (a, b) => a >= b,
        _ => null,
    };

    public static float F(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    public static double D(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    public static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    public static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>min and max: the number where one operand is NaN, the canonical NaN where both are.</summary>
    static float NumberOf(float a, float b, Func<float, float, float> choose) =>
        float.IsNaN(a) && float.IsNaN(b) ? BitConverter.UInt32BitsToSingle(0x7FFFFFFF) : choose(a, b);

    static uint Reversed(uint value)
    {
        uint result = 0;
        for (var i = 0; i < 32; i++) result |= (value >> i & 1) << (31 - i);
        return result;
    }

    static uint Field(uint value, int from, int length) =>
        length == 0 || from > 31 ? 0 : value >> from & (uint)((1UL << Math.Min(length, 32)) - 1);

    static ulong Permuted(ulong a, ulong b, ulong selector)
    {
        var bytes = (uint)a | b << 32;
        ulong result = 0;
        for (var i = 0; i < 4; i++)
        {
            var choice = (int)(selector >> (4 * i)) & 15;
            var one = (byte)(bytes >> (8 * (choice & 7)));
            if (choice > 7) one = (sbyte)one < 0 ? (byte)255 : (byte)0;
            result |= (ulong)one << (8 * i);
        }
        return result;
    }
}
