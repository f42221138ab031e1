namespace Hybrid.Formulas;

/// <summary>Distributions of one grey value whose parameters are all made by a decoder.</summary>
public enum PixelDistribution
{
    /// <summary>A density on [0, 1]; one number, the logit.</summary>
    ContinuousBernoulli,

    /// <summary>256 grey values, each the part of a logistic density in its bin; two numbers, μ and log s.</summary>
    DiscretizedLogistic,

    /// <summary>So many grey values, each with a probability of its own; a score for each.</summary>
    Categorical,

    /// <summary>
    /// A mixture of <see cref="DiscretizedLogistic"/>; the components' scores, then their μ, then their log s.
    /// </summary>
    LogisticMixture,
}

/// <summary>A distribution of one pixel, and how many numbers of a decoder's output it has.</summary>
/// <remarks>
/// A decoder's row holds number j of pixel d at column j·D + d: pixels lie side by side, as lanes want them.
/// </remarks>
/// <param name="Distribution">Which.</param>
/// <param name="Count">Components of a mixture or values of a category; 1 for the others.</param>
public readonly record struct PixelLikelihood(PixelDistribution Distribution, int Count = 1)
{
    /// <summary>Numbers of a decoder's output for each pixel.</summary>
    public int Outputs => Distribution switch
    {
        PixelDistribution.DiscretizedLogistic => 2,
        PixelDistribution.Categorical => Count,
        PixelDistribution.LogisticMixture => 3 * Count,
        _ => 1,
    };

    public override string ToString() => Count == 1 ? $"{Distribution}" : $"{Distribution} of {Count}";
}

/// <summary>The numbers of a decoder's output that belong to one pixel, or to a lane of them.</summary>
public interface IPixelOutput<T> where T : unmanaged, ILane<T>
{
    /// <summary>Number <paramref name="j"/>.</summary>
    T this[int j] { get; }

    /// <summary>Writes the adjoint of number <paramref name="j"/>.</summary>
    void Adjoint(int j, T value);
}

#region pixel
/// <summary>What a distribution makes of one pixel: written once, for every lane and device.</summary>
public interface IPixel
{
    /// <summary>−log p(x), nats.</summary>
    static abstract T Nll<T, TOutput>(T x, int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>;

    /// <summary>The same, and its derivatives by the decoder's output, times <paramref name="dNll"/>.</summary>
    static abstract T NllWithGrad<T, TOutput>(T x, int count, TOutput output, T dNll)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>;

    /// <summary>The mean of x.</summary>
    static abstract T Mean<T, TOutput>(int count, TOutput output)
        where T : unmanaged, ILane<T>
        where TOutput : struct, IPixelOutput<T>;
}
#endregion
