using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>Activations and their slopes in double, with the error that float32 may make.</summary>
/// <remarks>
/// The errors follow the formulas step by step: a function of <see cref="LaneMath"/> errs by its documented
/// units in the last place (each at most 2U relative), every other step by one rounding, and an error of an
/// argument counts times the function's slope.
/// </remarks>
public static class ExactActivation
{
    const double SigmoidError = 2 * LaneMath.MaxUlp.Sigmoid * U, ErfError = 2 * LaneMath.MaxUlp.Erf * U;

    public static (double Exact, double Error) Value(Activation act, double x)
    {
        double sigmoid = Sigmoid(x), tanh = Math.Tanh(x), phi = Cumulative(x);
        return act switch
        {
            Activation.Identity => (x, 0),
            Activation.Relu => (Math.Max(x, 0), 0),
            Activation.Tanh => (tanh, 2 * LaneMath.MaxUlp.Tanh * U * Math.Abs(tanh)),
            Activation.Sigmoid => (sigmoid, SigmoidError * sigmoid),
            Activation.Silu => (x * sigmoid, (SigmoidError + U) * Math.Abs(x * sigmoid)),
            Activation.Gelu => (x * phi, Math.Abs(x) * (CumulativeError(x) + U * phi)),
            _ => throw new ArgumentOutOfRangeException(nameof(act)),
        };
    }

    /// <summary>
    /// The derivative, from the output for ReLU, tanh and sigmoid, from the input for the others.
    /// </summary>
    public static (double Exact, double Error) Slope(Activation act, double known)
    {
        double sigmoid = Sigmoid(known), phi = Cumulative(known);
        var density = Math.Exp(-known * known / 2) / Math.Sqrt(2 * Math.PI);
        var rest = known * (1 - sigmoid);
        return act switch
        {
            Activation.Identity => (1, 0),
            Activation.Relu => (known > 0 ? 1 : 0, 0),
            Activation.Tanh => (1 - known * known, U * (1 - known * known)),
            Activation.Sigmoid => (known - known * known, U * Math.Abs(known - known * known)),
            // σ + σ·(x·(1 − σ)): σ's error enters thrice, then three roundings.
            Activation.Silu => (sigmoid * (1 + rest),
                SigmoidError * sigmoid * (1 + Math.Abs(rest) + sigmoid * Math.Abs(known))
                + U * sigmoid * (2 * Math.Abs(rest) + Math.Abs(1 + rest))),
            // Φ + x·φ: φ's exponent −x²/2 has two roundings, the constant and the product one each.
            Activation.Gelu => (phi + known * density,
                CumulativeError(known) + U * Math.Abs(phi + known * density)
                + Math.Abs(known) * density * (known * known + 2 * LaneMath.MaxUlp.Exp + 2) * U),
            _ => throw new ArgumentOutOfRangeException(nameof(act)),
        };
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    static double Cumulative(double x) => 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>
    /// ½ erf + ½ with erf's own error, that of its rounded argument, and the last rounding.
    /// </summary>
    static double CumulativeError(double x)
    {
        var z = x / Math.Sqrt(2);
        var slope = 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z);
        return 0.5 * (ErfError * Math.Abs(Erf(z)) + 2 * U * Math.Abs(z) * slope) + U * Cumulative(x);
    }

    /// <summary>
    /// erf by its Taylor series (|z| ≤ 4.3 here: terms stay below 10⁷, so 9 digits are left).
    /// </summary>
    public static double Erf(double z)
    {
        double term = z, sum = z;
        for (var n = 1; n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
