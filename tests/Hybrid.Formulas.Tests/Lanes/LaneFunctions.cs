using System.Globalization;

namespace Hybrid.Formulas.Tests;

/// <summary>One transcendental function of a lane, as a type, so that every value lane can run it.</summary>
/// <param name="Name">Its name in <see cref="ILane{T}"/>.</param>
/// <param name="MaxUlp">The contract of <see cref="LaneMath.MaxUlp"/>.</param>
/// <param name="Reference">The same function in double.</param>
/// <param name="InDomain">Where the contract holds; elsewhere only the bits of the lanes are
/// compared.</param>
/// <param name="BranchPoints">Arguments around which the float code changes its way.</param>
public sealed record LaneFunction(
    string Name, double MaxUlp, Func<double, double> Reference, Func<float, bool> InDomain,
    float[] BranchPoints,
    Action<float[], float[]> F32, Action<float[], float[]> F32x4, Action<float[], float[]> F32x8,
    Action<float[], float[]> F32x16)
{
    public override string ToString() => Name;

    static LaneFunction Of<TFunction>(
        string name, double maxUlp, Func<F64, F64> reference, Func<float, bool> inDomain,
        params float[] branchPoints)
        where TFunction : IFormula1 =>
        new(name, maxUlp, x => reference(new(x)).V, inDomain, branchPoints,
            (x, y) => LaneLoop.Map<TFunction, F32>(x, y), (x, y) => LaneLoop.Map<TFunction, F32x4>(x, y),
            (x, y) => LaneLoop.Map<TFunction, F32x8>(x, y), (x, y) => LaneLoop.Map<TFunction, F32x16>(x, y));

    static bool Everywhere(float x) => true;

    static bool WithinAMillionTurns(float x) => MathF.Abs(x) <= 1048576;

    public static readonly LaneFunction[] All =
    [
        Of<Exp>("Exp", LaneMath.MaxUlp.Exp, F64.Exp, Everywhere, 88.72284f, 89, -87.33655f, -103.27893f,
            -104),
        Of<Expm1>("Expm1", LaneMath.MaxUlp.Expm1, F64.Expm1, Everywhere, 88.72284f, 89, -18, 2.98023224e-8f,
            0.34657359f, -0.34657359f),
        Of<Log>("Log", LaneMath.MaxUlp.Log, F64.Log, Everywhere, 1.17549435e-38f, 0.69921875f, 1.3984375f, 1),
        Of<Log1p>("Log1p", LaneMath.MaxUlp.Log1p, F64.Log1p, Everywhere, 5.9604645e-8f, -0.30078125f,
            0.3984375f, -0.99999994f, 1e30f),
        Of<Tanh>("Tanh", LaneMath.MaxUlp.Tanh, F64.Tanh, Everywhere, 2.44140625e-4f, 9, 9.010913f, 0.17f,
            0.55f),
        Of<Sigmoid>("Sigmoid", LaneMath.MaxUlp.Sigmoid, F64.Sigmoid, Everywhere, -87.33655f, -88.72284f,
            -103.27893f, -104, 17),
        Of<Softplus>("Softplus", LaneMath.MaxUlp.Softplus, F64.Softplus, Everywhere, -87.33655f,
            -103.27893f, -104, -1, 0.9f, 17),
        Of<Erf>("Erf", LaneMath.MaxUlp.Erf, F64.Erf, Everywhere, 0.925f, 4, 3.92f),
        Of<SinTurn>("SinTurn", LaneMath.MaxUlp.SinTurn, F64.SinTurn, WithinAMillionTurns, 0.125f, 0.25f,
            0.375f, 0.5f, 0.75f, 1, 1048575.9f),
        Of<CosTurn>("CosTurn", LaneMath.MaxUlp.CosTurn, F64.CosTurn, WithinAMillionTurns, 0.125f, 0.25f,
            0.375f, 0.5f, 0.75f, 1, 1048575.9f),
    ];

    readonly struct Exp : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Exp(a);
    }

    readonly struct Expm1 : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Expm1(a);
    }

    readonly struct Log : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Log(a);
    }

    readonly struct Log1p : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Log1p(a);
    }

    readonly struct Tanh : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Tanh(a);
    }

    readonly struct Sigmoid : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Sigmoid(a);
    }

    readonly struct Softplus : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Softplus(a);
    }

    readonly struct Erf : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.Erf(a);
    }

    readonly struct SinTurn : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.SinTurn(a);
    }

    readonly struct CosTurn : IFormula1
    {
        public static T Apply<T>(T a) where T : unmanaged, ILane<T> => T.CosTurn(a);
    }
}

/// <summary>Distance from the exact value, in spacings of float32 at the exact value.</summary>
public static class Ulp
{
    /// <summary>The distance between neighbouring floats at |x|: 2⁻¹⁴⁹ for subnormal numbers.</summary>
    public static double Spacing(double x)
    {
        var magnitude = Math.Abs(x);
        return magnitude < 1.1754943508222875e-38 ? Math.ScaleB(1, -149)
            : Math.ScaleB(1, Math.ILogB(magnitude) - 23);
    }

    /// <summary>0 where both are NaN, or where overflow to ∞ is the right rounding; ∞ where only one is
    /// NaN.</summary>
    public static double Error(float actual, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual))
            return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(actual) && (float)exact == actual) return 0;
        if (double.IsInfinity(exact)) return double.PositiveInfinity;
        // A wrong ∞ counts as the number after the largest: 2¹²⁸.
        var value = float.IsInfinity(actual) ? Math.CopySign(Math.ScaleB(1, 128), actual) : actual;
        return Math.Abs(value - exact) / Spacing(exact);
    }

    /// <summary>The same float to the last bit; any NaN is any other.</summary>
    public static bool SameBits(float a, float b) =>
        BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b)
        || (float.IsNaN(a) && float.IsNaN(b));

    public static string Show(float x) =>
        x.ToString("R", CultureInfo.InvariantCulture)
            + " (0x" + BitConverter.SingleToUInt32Bits(x).ToString("X8") + ")";
}
