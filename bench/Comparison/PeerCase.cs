using System.Globalization;

namespace Hybrid.Bench.Comparison;

/// <summary>What kind of work a case is; a part of its name.</summary>
public enum Section { Gemm, Steps, Conv, Elementwise, Pairs }

/// <summary>Which matrix of a product lies transposed in memory: C[M, N] = A·B.</summary>
public enum GemmOp
{
    /// <summary>A[M, K], B[K, N]: a layer forward.</summary>
    NN,

    /// <summary>A[M, K], B[N, K]: towards a layer's input.</summary>
    NT,

    /// <summary>A[K, M], B[K, N]: towards a layer's weights.</summary>
    TN,
}

/// <summary>Functions of one number at a time.</summary>
public enum ElementFunction { Normals, BceForwardBackward, Adam, Exp, Log, Tanh, Silu, Softplus }

/// <summary>What a step trains.</summary>
public enum StepModel
{
    /// <summary>784-512-256-z20 heads, ReLU, Bernoulli; −ELBO in nats per image.</summary>
    Vae,

    /// <summary>Predicts ε of points in the plane: 4 layers of 256 with SiLU, sine embedding of t.</summary>
    Diffusion,

    /// <summary>InfoNCE with a critic 40-256-256-1 on all pairs.</summary>
    InfoNceConcat,

    /// <summary>InfoNCE with a product of two encoders 20-256-256-32.</summary>
    InfoNceSeparable,
}

/// <summary>One piece of work that every implementation does from the same numbers.</summary>
/// <param name="Section">Its kind.</param>
/// <param name="Label">Its name within the section.</param>
public abstract record PeerCase(Section Section, string Label)
{
    /// <summary>Such as <c>gemm/NN 64x512x784</c>: what the filter and the workers go by.</summary>
    public string Name => $"{Section.ToString().ToLowerInvariant()}/{Label}";

    /// <summary>Floating-point operations of one run, where they say something.</summary>
    public virtual double? Flops => null;

    /// <summary>Whether it is compared on one thread only.</summary>
    public bool OneThread => Section == Section.Elementwise;
}

/// <summary>A matrix product.</summary>
public sealed record GemmCase(GemmOp Op, int M, int N, int K)
    : PeerCase(Section.Gemm, $"{Op} {M}x{N}x{K}")
{
    public override double? Flops => 2.0 * M * N * K;
}

/// <summary>A function over <paramref name="N"/> numbers.</summary>
public sealed record ElementCase(ElementFunction Function, int N)
    : PeerCase(Section.Elementwise, string.Create(CultureInfo.InvariantCulture, $"{Function} {N}"))
{
    /// <summary>Row operations see the numbers as rows of this length.</summary>
    public const int Row = 1024;
}

/// <summary>3×3 convolution with a border of zeros, forward and both gradients.</summary>
public sealed record ConvCase(int B, int Size, int Inputs, int Outputs)
    : PeerCase(Section.Conv, $"B{B} {Size}x{Size} {Inputs}->{Outputs}")
{
    public override double? Flops => 3 * 2.0 * 9 * B * Size * Size * Inputs * Outputs;
}

/// <summary>
/// log q(z_i) and log q(z_id) of an aggregated posterior of <paramref name="N"/> Gaussians at as many points: N²·D
/// exponentials.
/// </summary>
public sealed record PairsCase(int N, int D)
    : PeerCase(Section.Pairs, string.Create(CultureInfo.InvariantCulture, $"N{N} D{D}"));

/// <summary>A training step: forward, backward and Adam.</summary>
public sealed record StepCase(StepModel Model, int B) : PeerCase(Section.Steps, $"{Model} b{B}")
{
    /// <summary>Losses that must agree before a step is timed.</summary>
    public const int Checked = 10;

    public const double LearningRate = 1e-3;
}
