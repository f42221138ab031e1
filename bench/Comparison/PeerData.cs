using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Bench.Comparison;

/// <summary>The numbers that all implementations start from, in one safetensors file.</summary>
/// <remarks>
/// Weights are [in, out]. The noise of the checked steps is what this project's own steps draw, so that a peer
/// that reads it sees the same numbers; in timed steps everybody draws its own.
/// </remarks>
public sealed class PeerData(SafetensorsFile file)
{
    /// <summary>Of this project's models, whose noise the file holds.</summary>
    public const ulong Seed = 1;

    const string ProductA = "product/a", ProductB = "product/b", ElementX = "element/x", ElementT = "element/t",
        PairsZ = "pairs/z", PairsMu = "pairs/mu", PairsLogVar = "pairs/logVar";

    /// <summary>All values of a tensor, row-major.</summary>
    public ReadOnlySpan<float> this[string name] =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file[name].Bytes.Span);

    /// <summary>Names of tensors below a prefix, without it.</summary>
    public IEnumerable<string> Below(string prefix) =>
        from name in file.Names
        where name.StartsWith(prefix, StringComparison.Ordinal)
        select name[prefix.Length..];

    /// <summary>Factors of products and images of convolutions, uniform in [−1, 1).</summary>
    public ReadOnlySpan<float> A(long count) => this[ProductA][..(int)count];

    /// <inheritdoc cref="A"/>
    public ReadOnlySpan<float> B(long count) => this[ProductB][..(int)count];

    /// <summary>Arguments, logits and parameters, uniform in [−4, 4).</summary>
    public ReadOnlySpan<float> X(int count) => this[ElementX][..count];

    /// <summary>Targets, gradients and the logarithm's arguments, uniform in [0.05, 1).</summary>
    public ReadOnlySpan<float> T(int count) => this[ElementT][..count];

    /// <summary>Points, uniform in [−2.5, 2.5), and means and log-variances, in [−2, 2) and [−3, 0).</summary>
    public ReadOnlySpan<float> Z(PairsCase pairs) => this[PairsZ][..(pairs.N * pairs.D)];

    /// <inheritdoc cref="Z"/>
    public ReadOnlySpan<float> Mu(PairsCase pairs) => this[PairsMu][..(pairs.N * pairs.D)];

    /// <inheritdoc cref="Z"/>
    public ReadOnlySpan<float> LogVar(PairsCase pairs) => this[PairsLogVar][..(pairs.N * pairs.D)];

    /// <summary>Writes what <paramref name="cases"/> need, and nothing else.</summary>
    public static void Write(string path, IReadOnlyList<PeerCase> cases)
    {
        var random = new Random((int)Seed);
        var tensors = new List<NamedTensor>();
        var (a, b) = (0L, 0L);
        foreach (var gemm in cases.OfType<GemmCase>())
            (a, b) = (Math.Max(a, (long)gemm.M * gemm.K), Math.Max(b, (long)gemm.K * gemm.N));
        foreach (var conv in cases.OfType<ConvCase>())
        {
            var pixels = (long)conv.B * conv.Size * conv.Size;
            a = Math.Max(a, pixels * conv.Inputs);
            b = Math.Max(b, Math.Max(pixels, 9L * conv.Inputs) * conv.Outputs);
        }
        if (a > 0) tensors.Add(NamedTensor.Of(ProductA, Uniform(random, a, -1, 1), a));
        if (b > 0) tensors.Add(NamedTensor.Of(ProductB, Uniform(random, b, -1, 1), b));
        if (cases.OfType<ElementCase>().Select(one => one.N).DefaultIfEmpty().Max() is > 0 and var n)
        {
            tensors.Add(NamedTensor.Of(ElementX, Uniform(random, n, -4, 4), n));
            tensors.Add(NamedTensor.Of(ElementT, Uniform(random, n, 0.05, 1), n));
        }
        if (cases.OfType<PairsCase>().Select(one => one.N * one.D).DefaultIfEmpty().Max() is > 0 and var pairs)
        {
            tensors.Add(NamedTensor.Of(PairsZ, Uniform(random, pairs, -2.5, 2.5), pairs));
            tensors.Add(NamedTensor.Of(PairsMu, Uniform(random, pairs, -2, 2), pairs));
            tensors.Add(NamedTensor.Of(PairsLogVar, Uniform(random, pairs, -3, 0), pairs));
        }
        foreach (var model in cases.OfType<StepCase>().GroupBy(step => step.Model))
            tensors.AddRange(StepData.Of(model.Key, [.. model], random));
        SafetensorsFile.Write(path, tensors);
    }

    internal static float[] Uniform(Random random, long count, double from, double to)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(from + (to - from) * random.NextDouble());
        return values;
    }

    /// <summary>Normal numbers as a step of this project draws them: [steps·B, D].</summary>
    internal static float[] Normals(int steps, int B, int D, uint stream)
    {
        using var device = new HostDevice(1);
        var one = device.Arena.Allocate(B, D);
        var all = new float[steps * B * D];
        for (var step = 0; step < steps; step++)
        {
            device.Ops.Normals(one, new Noise(Seed, (uint)step, stream));
            device.Download(one, all.AsSpan(step * B * D, B * D));
        }
        return all;
    }
}
