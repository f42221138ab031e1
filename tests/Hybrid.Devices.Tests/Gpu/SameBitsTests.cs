using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>Every operation gives on the GPU's kernels what it gives on the host, to the bit.</summary>
/// <remarks>
/// The kernels run on the simulator, and as PTX on the interpreter; where there is a CUDA device, on it as well.
/// </remarks>
[TestFixture("simulator")]
[TestFixture("ptx")]
[TestFixture("cuda")]
public sealed partial class SameBitsTests(string kind)
{
    const int B = 5, D = 37, N = 20;

    static readonly Noise Noise = new(seed: 11, step: 3, stream: 1);

    Device gpu = null!, host = null!;

    [OneTimeSetUp]
    public void Open()
    {
        host = new HostDevice(threads: 1);
        if (kind == "simulator") gpu = GpuDevice.Simulator();
        else if (kind == "ptx") gpu = GpuDevice.Ptx();
        else if (GpuDevice.TryCuda(out var cuda, out var reason)) gpu = cuda;
        else Assert.Ignore(reason);
    }

    [OneTimeTearDown]
    public void Close()
    {
        gpu?.Dispose();
        host.Dispose();
    }

    [TearDown]
    public void KernelsStayInTheirViews() => Trespass.MustBeNone();

    /// <summary>One operation on a device, over tensors that are the same on every device.</summary>
    sealed class Bench(Device device)
    {
        int seed;

        public IOps Ops => device.Ops;

        /// <summary>
        /// Numbers between from and to; every other tensor is a view of columns, at no aligned place.
        /// </summary>
        public Tensor Random(int rows, int cols, double from = -2, double to = 2, bool dense = false)
        {
            var random = new Random(++seed);
            var values = new float[rows * cols];
            foreach (ref var value in values.AsSpan())
                value = (float)(from + (to - from) * random.NextDouble());
            var tensor = dense || seed % 2 == 0
                ? device.Arena.Allocate(rows, cols)
                : device.Arena.Allocate(rows, cols + 5).Columns(3, cols);
            device.Upload(values, tensor);
            return tensor;
        }

        public Tensor Indices(params int[] indices)
        {
            var tensor = device.Arena.Allocate(indices.Length, 1);
            device.Upload(indices, tensor);
            return tensor;
        }
    }

    /// <summary>Runs the operation on both devices and compares the bits of the tensors it returns.</summary>
    void MustAgree(Func<Bench, Tensor[]> operation)
    {
        Tensor[] onGpu = operation(new(gpu)), onHost = operation(new(host));
        for (var i = 0; i < onGpu.Length; i++)
            Assert.That(
                gpu.ToArray(onGpu[i]).Select(BitConverter.SingleToInt32Bits),
                Is.EqualTo(host.ToArray(onHost[i]).Select(BitConverter.SingleToInt32Bits)), $"output {i}");
    }

    [Test]
    public void Fill_and_add([Values] bool dense) => MustAgree(d =>
    {
        Tensor x = d.Random(B, D, dense: dense), y = d.Random(B, D);
        d.Ops.Fill(x, 0.375f);
        d.Ops.Add(x, y);
        return [x, y];
    });

    [Test]
    public void Gather() => MustAgree(d =>
    {
        Tensor source = d.Random(B, D), y = d.Random(3, D);
        d.Ops.GatherRows(source, d.Indices(4, 0, 4), y);
        return [y];
    });

    [Test]
    public void Noise_and_draws() => MustAgree(d =>
    {
        Tensor u = d.Random(B, 133), n = d.Random(B, 133), p = d.Random(B, D, 0, 1), x = d.Random(B, D);
        d.Ops.Uniforms(u, Noise);
        d.Ops.Normals(n, Noise);
        d.Ops.Binarize(p, Noise, x);
        return [u, n, x];
    });

    [Test]
    public void A_layer_and_its_adjoints([Values] Activation act) => MustAgree(d =>
    {
        Tensor x = d.Random(B, D), w = d.Random(D, N), bias = d.Random(N, 1), y = d.Random(B, N);
        Tensor dx = d.Random(B, D), dw = d.Random(D, N), db = d.Random(N, 1), dy = d.Random(B, N);
        Tensor pre = d.Random(B, N), again = d.Random(B, N);
        d.Ops.Affine(x, w, bias, act, y);
        d.Ops.Affine(x, w, bias, act, again, pre);
        d.Ops.ActivateGrad(act, y, dy, dy);
        d.Ops.AffineGradInput(dy, w, act, x, dx);
        d.Ops.AffineGradWeight(x, dy, dw, db);
        return [y, again, pre, dy, dx, dw, db];
    });

    [TestCase(2, 4, 5, 3, 33, 3)]
    [TestCase(1, 2, 3, 18, 4, 5)]
    [TestCase(2, 3, 3, 5, 6, 1)]
    public void A_convolution_and_its_adjoints(int n, int h, int w, int ci, int co, int kernel) =>
        MustAgree(d =>
        {
            var s = new Conv2dShape(n, h, w, ci, co, kernel);
            Tensor x = d.Random(s.Pixels, ci), weights = d.Random(s.WeightRows, co), bias = d.Random(co, 1);
            Tensor y = d.Random(s.Pixels, co), dy = d.Random(s.Pixels, co), dx = d.Random(s.Pixels, ci);
            var dw = d.Random(s.WeightRows, co);
            d.Ops.Conv2d(x, weights, bias, s, Activation.Silu, y);
            d.Ops.Conv2dGradInput(dy, weights, s, dx);
            d.Ops.Conv2dGradWeight(x, dy, s, dw);
            return [y, dx, dw];
        });

    [Test]
    public void An_activation([Values] Activation act) => MustAgree(d =>
    {
        Tensor x = d.Random(B, D, -8, 8), y = d.Random(B, D);
        d.Ops.Activate(act, x, y);
        return [y];
    });

    [Test]
    public void Sums() => MustAgree(d =>
    {
        Tensor x = d.Random(70, D), rows = d.Random(70, 1, dense: true), total = d.Random(1, 1);
        d.Ops.RowSums(x, rows);
        d.Ops.Sum(rows, 1f / 70, total);
        return [rows, total];
    });

    [Test]
    public void Kl_with_and_without_draw([Values(1, 8, D)] int latents) => MustAgree(d =>
    {
        Tensor mu = d.Random(B, latents), logVar = d.Random(B, latents), z = d.Random(B, latents);
        Tensor kl = d.Random(B, 1), klAlone = d.Random(B, 1), dKl = d.Random(B, 1), dz = d.Random(B, latents);
        Tensor dMu = d.Random(B, latents), dLogVar = d.Random(B, latents);
        Tensor dMuAlone = d.Random(B, latents), dLogVarAlone = d.Random(B, latents);
        d.Ops.KlRows(mu, logVar, klAlone);
        d.Ops.KlRowsGrad(mu, logVar, dKl, dMuAlone, dLogVarAlone);
        d.Ops.ReparameterizeKl(mu, logVar, Noise, z, kl);
        d.Ops.ReparameterizeKlGrad(mu, logVar, Noise, dz, dKl, dMu, dLogVar);
        Tensor columns = d.Random(latents, 1), dColumns = d.Random(latents, 1, dense: true);
        Tensor dMuColumns = d.Random(B, latents), dLogVarColumns = d.Random(B, latents);
        d.Ops.KlColumns(mu, logVar, columns);
        d.Ops.KlColumnsGrad(mu, logVar, dColumns, dMuColumns, dLogVarColumns);
        return [kl, klAlone, z, dMu, dLogVar, dMuAlone, dLogVarAlone, columns, dMuColumns, dLogVarColumns];
    });

    [Test]
    public void Likelihoods() => MustAgree(d =>
    {
        Tensor logits = d.Random(B, D, -9, 9), x = d.Random(B, D, 0, 1), logVar = d.Random(1, 1, -1, 1);
        Tensor bernoulli = d.Random(B, 1), gaussian = d.Random(B, 1), dNll = d.Random(B, 1);
        Tensor dLogits = d.Random(B, D), dMean = d.Random(B, D), dLogVarRows = d.Random(B, 1);
        d.Ops.BernoulliNllRows(logits, x, bernoulli);
        d.Ops.BernoulliNllRowsGrad(logits, x, dNll, dLogits);
        Tensor together = d.Random(B, 1), dTogether = d.Random(B, D);
        d.Ops.BernoulliNllRowsWithGrad(logits, x, dNll, together, dTogether);
        d.Ops.GaussianNllRows(x, logits, logVar, gaussian);
        d.Ops.GaussianNllRowsGrad(x, logits, logVar, dNll, dMean, dLogVarRows);
        return [bernoulli, gaussian, dLogits, dMean, dLogVarRows, together, dTogether];
    });

    [Test]
    public void Distributions_of_a_pixel([Values] PixelDistribution distribution, [Values(D, 300)] int pixels) =>
        MustAgree(d =>
        {
            var count = distribution is PixelDistribution.Categorical or PixelDistribution.LogisticMixture ? 3 : 1;
            var likelihood = new PixelLikelihood(distribution, count);
            var numbers = pixels * likelihood.Outputs;
            Tensor output = d.Random(B, numbers), x = d.Random(B, pixels, 0, 1), dNll = d.Random(B, 1);
            Tensor nll = d.Random(B, 1), dOutput = d.Random(B, numbers), mean = d.Random(B, pixels);
            Tensor together = d.Random(B, 1), dTogether = d.Random(B, numbers);
            d.Ops.PixelNllRows(likelihood, output, x, nll);
            d.Ops.PixelNllRowsGrad(likelihood, output, x, dNll, dOutput);
            d.Ops.PixelNllRowsWithGrad(likelihood, output, x, dNll, together, dTogether);
            d.Ops.PixelMeans(likelihood, output, mean);
            return [nll, dOutput, mean, together, dTogether];
        });

    [Test]
    public void Pairs([Values(Activation.Identity, Activation.Relu, Activation.Tanh)] Activation act) =>
        MustAgree(d =>
        {
            Tensor a = d.Random(3, D), b = d.Random(B, D), y = d.Random(3 * B, D), dy = d.Random(3 * B, D);
            Tensor da = d.Random(3, D), db = d.Random(B, D);
            d.Ops.PairSum(a, b, act, y);
            d.Ops.PairSumGrad(act, y, dy, da, db);
            return [y, da, db];
        });

    [Test]
    public void Batches_of_products([Values(1, 3)] int count) => MustAgree(d =>
    {
        Tensor a = d.Random(count * B, D), b = d.Random(count * D, N), y = d.Random(count * B, N);
        Tensor da = d.Random(count * B, D), db = d.Random(count * D, N);
        d.Ops.BatchedProduct(Factors.Plain, a, b, count, y);
        d.Ops.BatchedProduct(Factors.RightTransposed, y, b, count, da);
        d.Ops.BatchedProduct(Factors.LeftTransposed, a, y, count, db);
        return [y, da, db];
    });

    [TestCase(1, 3, 1, 5, 2)]
    [TestCase(2, 5, 34, 7, 9)]
    [TestCase(1, 2, 33, 65, 66)]
    public void Attention_and_its_adjoints(int count, int t, int keys, int depth, int values) => MustAgree(d =>
    {
        var s = new AttentionShape(count, t, keys, depth, values);
        Tensor q = d.Random(s.Queries, s.D), k = d.Random(s.Keys, s.D), v = d.Random(s.Keys, s.Dv);
        Tensor y = d.Random(s.Queries, s.Dv), logSum = d.Random(s.Queries, 1), delta = d.Random(s.Queries, 1);
        Tensor dy = d.Random(s.Queries, s.Dv), dLogSum = d.Random(s.Queries, 1), dq = d.Random(s.Queries, s.D);
        Tensor dk = d.Random(s.Keys, s.D), dv = d.Random(s.Keys, s.Dv);
        d.Ops.Attention(q, k, v, s, y, logSum);
        d.Ops.AttentionDelta(y, dy, dLogSum, delta);
        d.Ops.AttentionGradQuery(q, k, v, dy, logSum, delta, s, dq);
        d.Ops.AttentionGradKeyValue(q, k, v, dy, logSum, delta, s, dk, dv);
        return [y, logSum, delta, dq, dk, dv];
    });

    [Test]
    public void Clipping() => MustAgree(d =>
    {
        const int n = 2 * GradientClip.Chunk + 37;
        Tensor g = d.Random(1, n, dense: true).Flat(), chunks = d.Random(3, 1), squares = d.Random(1, 1);
        d.Ops.SquareSums(g, chunks);
        d.Ops.Sum(chunks, 1, squares);
        d.Ops.ClipNorm(g, squares, 1);
        return [g, chunks, squares];
    });

    [Test]
    public void Adam() => MustAgree(d =>
    {
        Tensor p = d.Random(1, 1027, dense: true), g = d.Random(1, 1027, dense: true);
        Tensor m = d.Random(1, 1027, dense: true), v = d.Random(1, 1027, 0, 1, dense: true);
        for (var t = 1; t <= 2; t++) d.Ops.Adam(p, g, m, v, AdamStep.At(t, 1e-3, weightDecay: 0.01));
        return [p, m, v];
    });
}
