namespace Hybrid.Bench.Comparison;

/// <summary>How a contender's numbers compare with what they must be.</summary>
/// <param name="Case">The case.</param>
/// <param name="Implementation">Whose numbers.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Against">What they were compared with.</param>
/// <param name="Largest">The largest difference, as a fraction of what is allowed.</param>
/// <param name="Pass">Whether it may be timed.</param>
public sealed record CheckResult(
    string Case, string Implementation, int Threads, string Against, double Largest, bool Pass);

/// <summary>Nothing is timed that does not compute the same thing.</summary>
static class Checks
{
    /// <summary>Relative difference allowed between two implementations' losses.</summary>
    public const double Losses = 1e-3;

    /// <summary>Error allowed to element-wise functions, relative to 1 + |value|: some 80 units in the last
    /// place, which a table or a half-precision path would exceed and every honest float32 path keeps.</summary>
    const double Elements = 1e-5;

    /// <summary>Standard errors that the moments of normal numbers may be off: chance passes 6 only once in
    /// 5·10⁸ draws.</summary>
    const double StandardErrors = 6;

    const int Samples = 500;

    /// <summary>The largest relative difference of losses over what is allowed; infinite where they are
    /// not finite or not as many.</summary>
    public static double OfLosses(ReadOnlySpan<float> reference, ReadOnlySpan<float> losses)
    {
        if (reference.Length != losses.Length || losses.IsEmpty) return double.PositiveInfinity;
        var largest = 0.0;
        for (var i = 0; i < losses.Length; i++)
            largest = Worse(largest, Math.Abs(losses[i] - (double)reference[i]) / (Losses * Math.Abs(reference[i])));
        return largest;
    }

    /// <summary>The largest error against double arithmetic, over what is allowed.</summary>
    public static double OfOutputs(PeerCase work, PeerData data, ReadOnlySpan<float> results) => work switch
    {
        GemmCase gemm => Gemm(gemm, data, results),
        ConvCase conv => ConvReference.Compare(conv, data, results, Samples),
        PairsCase pairs => PairsReference.Compare(pairs, data, results),
        ElementCase { Function: ElementFunction.Normals } element => Normals(results, element.N),
        ElementCase element => Element(element, data, results),
        _ => throw new ArgumentException($"{work.Name} has losses, not outputs."),
    };

    /// <summary>Any order of K float32 additions stays within γ_K·Σ|a||b| (Higham 2002, section 3.1).</summary>
    internal static double Gamma(long terms)
    {
        const double unit = 1.0 / (1 << 24);
        return terms * unit / (1 - terms * unit);
    }

    /// <summary>NaN never passes.</summary>
    internal static double Worse(double largest, double next) =>
        double.IsNaN(next) ? double.PositiveInfinity : Math.Max(largest, next);

    static double Gemm(GemmCase gemm, PeerData data, ReadOnlySpan<float> c)
    {
        var (M, N, K) = (gemm.M, gemm.N, gemm.K);
        if (c.Length != M * N) return double.PositiveInfinity;
        var a = data.A((long)M * K);
        var b = data.B((long)K * N);
        var random = new Random(1);
        var largest = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var (i, j) = (random.Next(M), random.Next(N));
            var (exact, size) = (0.0, 0.0);
            for (var k = 0; k < K; k++)
            {
                var product = (double)a[gemm.Op == GemmOp.TN ? k * M + i : i * K + k]
                    * b[gemm.Op == GemmOp.NT ? j * K + k : k * N + j];
                exact += product;
                size += Math.Abs(product);
            }
            largest = Worse(largest, Math.Abs(c[i * N + j] - exact) / (Gamma(K) * size));
        }
        return largest;
    }

    static double Element(ElementCase element, PeerData data, ReadOnlySpan<float> y)
    {
        var n = element.N;
        if (y.Length != n) return double.PositiveInfinity;
        var x = data.X(n);
        var t = data.T(n);
        var largest = 0.0;
        for (var i = 0; i < n; i++)
        {
            var exact = element.Function switch
            {
                ElementFunction.BceForwardBackward => Sigmoid(x[i]) - t[i],
                ElementFunction.Exp => Math.Exp(x[i]),
                ElementFunction.Log => Math.Log(t[i]),
                ElementFunction.Tanh => Math.Tanh(x[i]),
                ElementFunction.Silu => x[i] * Sigmoid(x[i]),
                ElementFunction.Softplus => Math.Log(1 + Math.Exp(x[i])),
                // The first step: m̂ = g and v̂ = g², so it moves by the learning rate.
                _ => x[i] - StepCase.LearningRate * t[i] / (t[i] + 1e-8),
            };
            largest = Worse(largest, Math.Abs(y[i] - exact) / (Elements * (1 + Math.Abs(exact))));
        }
        return largest;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    static double Normals(ReadOnlySpan<float> y, int n)
    {
        if (y.Length != n) return double.PositiveInfinity;
        var (mean, square) = (0.0, 0.0);
        foreach (var value in y)
        {
            mean += value / (double)n;
            square += (double)value * value / n;
        }
        // The variances of a normal number and of its square are 1 and 2.
        return Worse(Math.Abs(mean) * Math.Sqrt(n), Math.Abs(square - 1) * Math.Sqrt(n / 2.0)) / StandardErrors;
    }
}
