using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

/// <summary>Adam's moving average of the gradient (β = β₁) or of its square (β = β₂, x = g²).</summary>
/// <remarks>β·m + (1 − β)·x, as m + (1 − β)·(x − m): one rounding less.</remarks>
[Formula("units of x", "Kingma & Ba 2015, arXiv:1412.6980, algorithm 1", Flops = 3)]
[Argument("m", "m", -4, 4)]
[Argument("x", "x", -4, 4)]
[Argument("oneMinusBeta", @"\bar\beta", 0.0001, 0.5)]
public readonly struct MovingAverage : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T m, T x, T oneMinusBeta) where T : unmanaged, ILane<T> =>
        T.Fma(oneMinusBeta, x - m, m);
}

/// <summary>Adam's step: how far a parameter moves, before the learning rate.</summary>
/// <remarks>m̂ / (√v̂ + ε), with m̂ and v̂ already corrected for their bias.</remarks>
[Formula("units of the parameter", "Kingma & Ba 2015, arXiv:1412.6980, algorithm 1", Flops = 3)]
[Argument("mHat", @"\hat m", -4, 4)]
[Argument("vHat", @"\hat v", 0.000001, 16)]
[Argument("epsilon", @"\epsilon", 1e-8, 1e-3)]
public readonly struct AdamDirection : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mHat, T vHat, T epsilon) where T : unmanaged, ILane<T> =>
        mHat / (T.Sqrt(vHat) + epsilon);
}

/// <summary>The scalars of one Adam or AdamW step.</summary>
/// <remarks>
/// AdamW (Loshchilov &amp; Hutter 2019, algorithm 2) shrinks a parameter by <see cref="Decay"/> = learning
/// rate × weight decay before the step; 0 is plain Adam. The corrections are 1/(1 − βᵗ), made in double.
/// </remarks>
public readonly struct AdamStep(
    float learningRate, float oneMinusBeta1, float oneMinusBeta2, float epsilon, float decay,
    float correction1, float correction2)
{
    public readonly float LearningRate = learningRate, OneMinusBeta1 = oneMinusBeta1;
    public readonly float OneMinusBeta2 = oneMinusBeta2, Epsilon = epsilon, Decay = decay;
    public readonly float Correction1 = correction1, Correction2 = correction2;

    /// <summary>Step <paramref name="t"/> = 1, 2, …: powers by repeated multiplication, the same everywhere.</summary>
    public static AdamStep At(
        long t, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0) =>
        new((float)learningRate, (float)(1 - beta1), (float)(1 - beta2), (float)epsilon,
            (float)(learningRate * weightDecay), (float)(1 / (1 - Power(beta1, t))),
            (float)(1 / (1 - Power(beta2, t))));

    static double Power(double x, long n)
    {
        var result = 1.0;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) == 1) result *= x;
        return result;
    }
}

/// <summary>One AdamW step of one parameter: the three formulas in their order.</summary>
public static class Adam
{
    /// <summary>Updates p, m and v in place from the gradient g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(ref T p, T g, ref T m, ref T v, in AdamStep s) where T : unmanaged, ILane<T> =>
        Apply(
            ref p, g, ref m, ref v, T.Const(s.LearningRate), T.Const(s.OneMinusBeta1), T.Const(s.OneMinusBeta2),
            T.Const(s.Epsilon), T.Const(s.Decay), T.Const(s.Correction1), T.Const(s.Correction2));

    #region adam
    /// <summary>The same with scalars that are lanes already: a GPU must not take them through double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(
        ref T p, T g, ref T m, ref T v, T learningRate, T oneMinusBeta1, T oneMinusBeta2, T epsilon, T decay,
        T correction1, T correction2) where T : unmanaged, ILane<T>
    {
        m = MovingAverage.Apply(m, g, oneMinusBeta1);
        v = MovingAverage.Apply(v, g * g, oneMinusBeta2);
        var direction = AdamDirection.Apply(m * correction1, v * correction2, epsilon);
        p = T.Fma(-learningRate, direction, T.Fma(-decay, p, p));
    }
    #endregion
}
