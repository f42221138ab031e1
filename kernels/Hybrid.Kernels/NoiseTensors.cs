using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// y[b, d] = a uniform number in [0, 1), a function of (b, d), seed, step and stream
/// alone.
/// </summary>
/// <remarks>
/// Salmon et al. 2011 (<see cref="Philox"/>). A thread per counter, so that short rows
/// leave no thread idle; 4·B·D bytes written, nothing read.
/// </remarks>
public static class Uniforms
{
    public readonly record struct Arguments(Rows Y, Noise Noise, int B, int D)
        : INoiseTaker
    {
        public void Take(int row, int d, F32 number) => Y[row, d] = number;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Uniforms), a => Cost(a.B, a.D), [
        new("a thread per counter", Uniforms_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    /// <summary>
    /// One product turns a word into a number; Philox itself is integer work.
    /// </summary>
    public static Cost Cost(long b, long d) => b * d * new Cost(0, 4, 1, 0);

    #region uniforms-v1
    public static void Uniforms_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        Draws.Give(a, Draws.Uniforms(x, row, a.Noise), row, x);
    }
    #endregion
}

/// <summary>
/// y[b, d] = a standard normal number, a function of (b, d), seed, step and stream alone.
/// </summary>
/// <remarks>
/// <see cref="Normal.BoxMuller"/> over <see cref="Uniforms"/>; 4·B·D bytes written,
/// nothing read.
/// </remarks>
public static class Normals
{
    public readonly record struct Arguments(Rows Y, Noise Noise, int B, int D)
        : INoiseTaker
    {
        public void Take(int row, int d, F32 number) => Y[row, d] = number;
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Normals), a => Cost(a.B, a.D), [
        new("a thread per counter", Normals_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    public static Cost Cost(long b, long d) =>
        Draws.NormalsCost(b, d) + b * d * new Cost(0, 4, 0, 0);

    #region normals-v1
    public static void Normals_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        Draws.Give(a, Draws.Normals(x, row, a.Noise), row, x);
    }
    #endregion
}

/// <summary>x[b, d] = 1 with probability p[b, d], else 0; x may be p.</summary>
/// <remarks>
/// <see cref="BernoulliDraw"/> over <see cref="Uniforms"/>; 4·B·D bytes read and written.
/// </remarks>
public static class Binarize
{
    public readonly record struct Arguments(Rows P, Noise Noise, Rows X, int B, int D)
        : INoiseTaker
    {
        public void Take(int row, int d, F32 u) =>
            X[row, d] = BernoulliDraw.Apply(P[row, d], u);
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Binarize), a => Cost(a.B, a.D), [
        new("a thread per counter", Binarize_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    public static Cost Cost(long b, long d) =>
        Uniforms.Cost(b, d)
        + b * d * (Kernels.Cost.Of<BernoulliDraw>() + new Cost(4, 0, 0, 0));

    #region binarize-v1
    public static void Binarize_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        Draws.Give(a, Draws.Uniforms(x, row, a.Noise), row, x);
    }
    #endregion
}
