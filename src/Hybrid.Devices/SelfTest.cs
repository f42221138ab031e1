using Hybrid.Formulas;

namespace Hybrid.Devices;

/// <summary>Does a device give another's bits?</summary>
/// <remarks>
/// A GPU that nobody has named must prove itself before it is used: a driver may refuse a kernel, or compile it
/// otherwise than ILGPU asked. A layer, a convolution and attention with their adjoints, those of a mixture, a draw
/// with its KL, a likelihood and Adam touch every kind of kernel there is: tiles, warp sums, noise, polynomials.
/// </remarks>
public static class SelfTest
{
    /// <summary>Runs the same operations on both and names the first whose bits differ; null where none does.</summary>
    public static string? FirstDifference(Device device, Device reference)
    {
        foreach (var (name, run) in Operations)
            if (!run(device).AsSpan().SequenceEqual(run(reference))) return name;
        return null;
    }

    const int B = 9, K = 70, N = 33;

    static readonly Conv2dShape Image = new(1, 4, 5, 6, 7);

    static readonly PixelLikelihood Mixture = new(PixelDistribution.LogisticMixture, 2);

    static readonly AttentionShape Heads = new(2, 5, 34, K, N);

    static readonly (string Name, Func<Device, float[]> Run)[] Operations =
    [
        (nameof(IOps.Affine), device =>
        {
            var y = device.Arena.Allocate(B, N);
            device.Ops.Affine(
                Numbers(device, 1, B, K), Numbers(device, 2, K, N), Numbers(device, 3, N, 1), Activation.Gelu, y);
            return device.ToArray(y);
        }),
        (nameof(IOps.AffineGradInput), device =>
        {
            var dx = device.Arena.Allocate(B, K);
            device.Ops.AffineGradInput(
                Numbers(device, 4, B, N), Numbers(device, 2, K, N), Activation.Gelu, Numbers(device, 1, B, K), dx);
            return device.ToArray(dx);
        }),
        (nameof(IOps.AffineGradWeight), device =>
        {
            var both = device.Arena.Allocate(K + 1, N);
            device.Ops.AffineGradWeight(
                Numbers(device, 1, B, K), Numbers(device, 4, B, N), both.RowRange(0, K),
                both.RowRange(K, 1).Flat());
            return device.ToArray(both);
        }),
        (nameof(IOps.Conv2d), device =>
        {
            var y = device.Arena.Allocate(Image.Pixels, Image.Co);
            device.Ops.Conv2d(
                Numbers(device, 1, Image.Pixels, Image.Ci), Numbers(device, 2, Image.WeightRows, Image.Co),
                Numbers(device, 3, Image.Co, 1), Image, Activation.Tanh, y);
            return device.ToArray(y);
        }),
        (nameof(IOps.Conv2dGradInput), device =>
        {
            var dx = device.Arena.Allocate(Image.Pixels, Image.Ci);
            device.Ops.Conv2dGradInput(
                Numbers(device, 4, Image.Pixels, Image.Co), Numbers(device, 2, Image.WeightRows, Image.Co),
                Image, dx);
            return device.ToArray(dx);
        }),
        (nameof(IOps.Conv2dGradWeight), device =>
        {
            var dw = device.Arena.Allocate(Image.WeightRows, Image.Co);
            device.Ops.Conv2dGradWeight(
                Numbers(device, 1, Image.Pixels, Image.Ci), Numbers(device, 4, Image.Pixels, Image.Co),
                Image, dw);
            return device.ToArray(dw);
        }),
        (nameof(IOps.ReparameterizeKl), device =>
        {
            var z = device.Arena.Allocate(B, K + 1);
            device.Ops.ReparameterizeKl(
                Numbers(device, 5, B, K), Numbers(device, 6, B, K), new Noise(7, 8, 9), z.Columns(0, K),
                z.Columns(K, 1));
            return device.ToArray(z);
        }),
        (nameof(IOps.BernoulliNllRows), device =>
        {
            var nll = device.Arena.Allocate(B, 1);
            device.Ops.BernoulliNllRows(Numbers(device, 1, B, K), Numbers(device, 5, B, K), nll);
            return device.ToArray(nll);
        }),
        (nameof(IOps.PixelNllRowsWithGrad), device =>
        {
            Tensor nll = device.Arena.Allocate(B, 1), dOutput = device.Arena.Allocate(B, Mixture.Outputs * N);
            device.Ops.PixelNllRowsWithGrad(
                Mixture, Numbers(device, 1, B, Mixture.Outputs * N), Numbers(device, 2, B, N),
                Numbers(device, 3, B, 1), nll, dOutput);
            return [.. device.ToArray(nll), .. device.ToArray(dOutput)];
        }),
        (nameof(IOps.Attention), device =>
        {
            var y = device.Arena.Allocate(Heads.Queries, N + 1);
            device.Ops.Attention(
                Numbers(device, 1, Heads.Queries, K), Numbers(device, 2, Heads.Keys, K),
                Numbers(device, 3, Heads.Keys, N), Heads, y.Columns(0, N), y.Columns(N, 1));
            return device.ToArray(y);
        }),
        (nameof(IOps.AttentionGradQuery), device =>
        {
            var dq = device.Arena.Allocate(Heads.Queries, K);
            device.Ops.AttentionGradQuery(
                Numbers(device, 1, Heads.Queries, K), Numbers(device, 2, Heads.Keys, K),
                Numbers(device, 3, Heads.Keys, N), Numbers(device, 4, Heads.Queries, N),
                Numbers(device, 5, Heads.Queries, 1), Numbers(device, 6, Heads.Queries, 1), Heads, dq);
            return device.ToArray(dq);
        }),
        (nameof(IOps.AttentionGradKeyValue), device =>
        {
            var both = device.Arena.Allocate(Heads.Keys, K + N);
            device.Ops.AttentionGradKeyValue(
                Numbers(device, 1, Heads.Queries, K), Numbers(device, 2, Heads.Keys, K),
                Numbers(device, 3, Heads.Keys, N), Numbers(device, 4, Heads.Queries, N),
                Numbers(device, 5, Heads.Queries, 1), Numbers(device, 6, Heads.Queries, 1), Heads,
                both.Columns(0, K), both.Columns(K, N));
            return device.ToArray(both);
        }),
        (nameof(IOps.MixtureGradRows), device =>
        {
            var dz = device.Arena.Allocate(B, K);
            device.Ops.MixtureGradRows(
                Numbers(device, 1, B, K), Numbers(device, 2, N, K), Numbers(device, 3, N, K), Numbers(device, 4, N, 1),
                Numbers(device, 5, B, 1), Numbers(device, 6, B, 1), dz);
            return device.ToArray(dz);
        }),
        (nameof(IOps.MixtureGradComponents), device =>
        {
            var all = device.Arena.Allocate(N, 2 * K + 1);
            device.Ops.MixtureGradComponents(
                Numbers(device, 1, B, K), Numbers(device, 2, N, K), Numbers(device, 3, N, K), Numbers(device, 4, N, 1),
                Numbers(device, 5, B, 1), Numbers(device, 6, B, 1), all.Columns(0, K), all.Columns(K, K),
                all.Columns(2 * K, 1));
            return device.ToArray(all);
        }),
        (nameof(IOps.Adam), device =>
        {
            Tensor p = Numbers(device, 1, K, 1), m = Numbers(device, 2, K, 1), v = device.Arena.Allocate(K, 1);
            device.Ops.Adam(p, Numbers(device, 3, K, 1), m, v, AdamStep.At(3, 0.01));
            return device.ToArray(p);
        }),
    ];

    /// <summary>Numbers in [−2, 2) that are the same everywhere, because the processor makes them.</summary>
    static Tensor Numbers(Device device, uint stream, int rows, int cols)
    {
        var values = new float[rows * cols];
        for (var i = 0; i < values.Length; i++)
            values[i] = 4 * U32.ToUnit(Philox.Draw<U32, F32>(new U32((uint)i), 0, new Noise(0, 0, stream)).W0).V - 2;
        return device.From(values, rows, cols);
    }
}
