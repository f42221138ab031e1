using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

/// <summary>A small training step's worth of buffers, and each operation once upon them.</summary>
public sealed class EveryOperation
{
    const int B = 70, K = 130, N = 90;

    static readonly Conv2dShape Image = new(2, 7, 5, 12, N);

    static readonly AttentionShape Heads = new(2, B / 2, B / 2, N, N);

    readonly HostDevice device;
    readonly Tensor x, w, bias, y, pre, dy, dx, dw, mu, logVar, z;
    readonly Tensor few, pairs, scores, scores2, frequencies, time, image, kernel;
    readonly Tensor rows, columns, indices, scalar, total, m, v, dMu, dLogVar, mixture;

    public EveryOperation(HostDevice device)
    {
        this.device = device;
        var seed = 0;
        Tensor From(int r, int c) => device.From(Sample.Uniform(r * c, ++seed, 0, 1), r, c);
        (x, w, bias, y, dy) = (From(B, K), From(K, N), From(N, 1), From(B, N), From(B, N));
        (dx, dw, mu, logVar, z) = (From(B, K), From(K, N), From(B, N), From(B, N), From(B, N));
        (rows, columns, scalar, total) = (From(B, 1), From(N, 1), From(1, 1), From(1, 1));
        (image, kernel) = (From(B, Image.Ci), From(Image.WeightRows, N));
        (mixture, pre) = (From(B, 1), From(B, N));
        (m, v) = (From(K * N, 1), From(K * N, 1));
        (dMu, dLogVar, indices) = (From(B, N), From(B, N), device.Arena.Allocate(B, 1));
        (few, pairs, frequencies, time) = (From(14, N), From(B, N), From(40, 1), From(B, 80));
        (scores, scores2) = (From(B, B), From(B, B));
        device.Upload([.. Enumerable.Range(0, B).Select(b => b * 3 % B)], indices);
    }

    Tensor[] All =>
    [
        x, w, bias, y, pre, dy, dx, dw, mu, logVar, z, rows, columns, total, m, v, dMu, dLogVar,
        few, pairs, scores, scores2, time, image, kernel, mixture,
    ];

    public void Run(uint step)
    {
        var ops = device.Ops;
        var noise = new Noise(42, step, 0);
        foreach (var act in activations)
        {
            ops.Affine(x, w, bias, act, y);
            ops.Affine(x, w, bias, act, y, pre);
            ops.Activate(act, y, z);
            ops.ActivateGrad(act, z, dy, dMu);
            ops.AffineGradInput(dMu, w, act, x, dx);
        }
        ops.AffineGradInput(dMu, w, dx);
        ops.AffineGradWeight(x, dMu, dw);
        ops.AffineGradWeight(x, dMu, dw, columns);
        ops.Conv2d(image, w.RowRange(0, Image.WeightRows), bias, Image, Activation.Tanh, y);
        ops.Conv2dGradInput(y, w.RowRange(0, Image.WeightRows), Image, image);
        ops.Conv2dGradWeight(image, y, Image, kernel);
        ops.ColumnSums(dy, bias);
        ops.GatherRows(dMu, indices, mu);
        ops.Fill(logVar, -1);
        ops.Add(dy, logVar);
        ops.KlRows(mu, logVar, rows);
        ops.KlRowsGrad(mu, logVar, rows, dMu, dLogVar);
        ops.KlColumns(mu, logVar, columns);
        ops.KlColumnsGrad(mu, logVar, columns, dMu, dLogVar);
        ops.ReparameterizeKl(mu, logVar, noise, z, rows);
        ops.ReparameterizeKlGrad(mu, logVar, noise, z, rows, dMu, dLogVar);
        ops.LogRatioRows(z, mu, logVar, rows);
        ops.LogRatioRowsGradDraw(z, mu, logVar, rows, dMu);
        ops.LogRatioRowsGrad(z, mu, logVar, rows, dMu, dLogVar);
        ops.ImportanceNllRows(z, rows, dMu);
        ops.ScaleRows(dMu, rows, dLogVar);
        ops.Uniforms(y, noise);
        ops.Normals(z, noise);
        ops.BernoulliNllRows(z, y, rows);
        ops.BernoulliNllRowsGrad(z, y, rows, dMu);
        ops.BernoulliNllRowsWithGrad(z, y, rows, mixture, dLogVar);
        ops.Binarize(y, noise, y);
        ops.GaussianNllRows(z, y, scalar, rows);
        ops.GaussianNllRowsGrad(z, y, scalar, rows, dMu, rows);
        Pixels(ops, new(PixelDistribution.ContinuousBernoulli));
        Pixels(ops, new(PixelDistribution.DiscretizedLogistic));
        Pixels(ops, new(PixelDistribution.Categorical, 5));
        Pixels(ops, new(PixelDistribution.LogisticMixture, 2));
        ops.GaussianScales(mu, dLogVar, rows);
        ops.MixtureLogDensity(z, mu, dLogVar, rows, mixture);
        ops.MixtureLogMarginals(z, mu, logVar, dLogVar, dMu);
        ops.MixtureMoments(z, mu, dLogVar, rows, mixture, m.RowRange(0, B), dMu, logVar);
        ops.MixtureGradRows(z, mu, dLogVar, rows, mixture, rows, dMu);
        ops.MixtureGradComponents(z, mu, dLogVar, rows, mixture, rows, dMu, pre, bias.RowRange(0, B));
        ops.MixtureMarginalGradRows(z, mu, logVar, dLogVar, dMu, pre, pre, MixtureWeights.Stratified(99));
        ops.MixtureMarginalGradComponents(z, mu, logVar, dLogVar, dMu, pre, pre, dMu, logVar);
        ops.PermuteColumns(z, mu, pre);
        ops.TransposeBlocks(z, 7, N / 3, pairs);
        ops.ModulatedLayerNorm(z, mu.RowRange(0, 10), pre.RowRange(0, 10), pairs, time.Columns(0, 2));
        ops.ModulatedLayerNormGrad(z, mu.RowRange(0, 10), time.Columns(0, 2), pairs, dMu);
        ops.ModulationGrad(z, time.Columns(0, 2), pairs, few.RowRange(0, 7), few.RowRange(7, 7));
        ops.AddGated(z, dMu, mu.RowRange(0, 10), pre);
        ops.AddGatedGrad(z, mu.RowRange(0, 10), dMu, pairs, few.RowRange(0, 10));
        ops.Fill(logVar, -1);
        ops.GaussianScalesGrad(dLogVar, pre, mixture, dMu);
        ops.Scale(dMu, 1e-3f, pre);
        ops.GaussianLogDensityRows(z, mu, logVar, rows);
        ops.GaussianLogDensityRowsGrad(z, mu, logVar, mixture, pre, dMu);
        ops.AffineCoupling(z, mu, logVar, pre, rows);
        ops.AffineCouplingInverse(pre, mu, logVar, dMu);
        ops.AffineCouplingGrad(z, mu, logVar, mixture, pre, dMu);
        ops.RowSums(dMu, rows);
        ops.Sum(rows, 1f / B, total);
        ops.MatrixProduct(x, w, y);
        ops.BatchedProduct(Factors.RightTransposed, dy, dw, 1, dx);
        ops.PairSum(few, mu.RowRange(0, 5), Activation.Relu, pairs);
        ops.PairSumGrad(Activation.Relu, pairs, pairs, few, dMu.RowRange(0, 5));
        ops.AffineGradInput(y, dy, scores);
        ops.InfoNceRows(scores, rows);
        ops.InfoNceRowsGrad(scores, rows, rows, scores2);
        ops.CrossEntropyRows(dMu, y, rows);
        ops.CrossEntropyRowsGrad(dMu, y, rows, rows, logVar);
        ops.Attention(mu, z, dy, Heads, y, rows);
        ops.AttentionDelta(y, dy, rows, mixture);
        ops.AttentionGradQuery(mu, z, dy, y, rows, mixture, Heads, dMu);
        ops.AttentionGradKeyValue(mu, z, dy, y, rows, mixture, Heads, dLogVar, pre);
        ops.Uniforms(rows, noise);
        ops.CosineLogSnr(rows, rows);
        ops.ScheduleLogSnr(new(NoiseCurveKind.StraightLine, 0, 1, 13.3f, -5, 0), rows, rows);
        ops.DiffuseNoise(mu, rows, noise, z, dLogVar);
        ops.Diffuse(mu, rows, dLogVar, dMu);
        ops.SquaredErrorRowsGrad(z, dLogVar, rows, y);
        ops.SquaredErrorRows(z, dLogVar, rows);
        ops.DiffuseNoise(mu, rows, noise, z);
        ops.SamplerStep(new(1, 0, -0.5f, 0, 0, 0, 0.25f), z, mu, [dMu, dMu, dMu, dMu], noise, z);
        ops.SquaredErrorRowsWithGrad(z, dLogVar, rows, mixture, y);
        ops.NoisePredictionRowsWithGrad(z, noise, mixture, rows, dMu);
        ops.TimeEmbedding(rows, frequencies, time);
        ops.SquareSums(dw.Flat(), rows.RowRange(0, (K * N - 1) / GradientClip.Chunk + 1));
        ops.ClipNorm(dw.Flat(), rows.RowRange(0, 1), 1);
        Images(ops);
        ops.Adam(w.Flat(), dw.Flat(), m, v, AdamStep.At(step + 1, 1e-3));
    }

    /// <summary>Two images of 35 pixels in 6 groups; two of 4 × 8, halved and doubled.</summary>
    void Images(IOps ops)
    {
        var groups = new GroupShape(2, B / 2, N, 6);
        Tensor moments = few.RowRange(0, 2).Columns(0, 12), sums = few.RowRange(2, 2), products = few.RowRange(4, 2);
        ops.GroupNorm(z, columns, bias, groups, Activation.Silu, y, moments);
        ops.GroupNormSums(z, moments, columns, bias, dy, groups, Activation.Silu, sums, products);
        ops.GroupNormGrad(z, moments, columns, bias, dy, sums, products, groups, Activation.Silu, dMu);
        ops.SumPerImage(y, B / 2, sums);
        ops.AddPerImage(sums, B / 2, dLogVar);
        var images = new ImageShape(2, 4, 8, N);
        ops.Downsample(y.RowRange(0, images.Rows), 0.25f, images, mu.RowRange(0, images.Half.Rows));
        ops.Upsample(mu.RowRange(0, images.Half.Rows), 0.25f, images, pre.RowRange(0, images.Rows));
    }

    void Pixels(IOps ops, PixelLikelihood likelihood)
    {
        var pixels = N / likelihood.Outputs;
        Tensor output = z.Columns(0, pixels * likelihood.Outputs), grey = y.Columns(0, pixels);
        var adjoints = dMu.Columns(0, pixels * likelihood.Outputs);
        ops.PixelNllRows(likelihood, output, grey, rows);
        ops.PixelNllRowsGrad(likelihood, output, grey, rows, adjoints);
        ops.PixelNllRowsWithGrad(likelihood, output, grey, rows, mixture, adjoints);
        ops.PixelMeans(likelihood, output, logVar.Columns(0, pixels));
    }

    static readonly Activation[] activations = Enum.GetValues<Activation>();

    /// <summary>
    /// SHA-256 of all tensors, which must be numbers: what a NaN's bits are, nobody promises.
    /// </summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var values in All.Select(device.ToArray))
        {
            Assert.That(values, Has.None.NaN);
            hash.AppendData(MemoryMarshal.AsBytes<float>(values));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
