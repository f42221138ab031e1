using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>What models are trained by.</summary>
public sealed partial class SameBitsTests
{
    [Test]
    public void Scores_and_their_adjoints([Values(1, 33, 40)] int n) => MustAgree(d =>
    {
        Tensor a = d.Random(n, N), b = d.Random(n, N), scores = d.Random(n, n), nll = d.Random(n, 1);
        Tensor dNll = d.Random(n, 1), dScores = d.Random(n, n), da = d.Random(n, N);
        d.Ops.AffineGradInput(a, b, scores);
        d.Ops.InfoNceRows(scores, nll);
        d.Ops.InfoNceRowsGrad(scores, nll, dNll, dScores);
        d.Ops.MatrixProduct(dScores, b, da);
        return [scores, nll, dScores, da];
    });

    [Test]
    public void Diffusion([Values(2, D, 133)] int cols) => MustAgree(d =>
    {
        Tensor t = d.Random(B, 1, 0, 1), logSnr = d.Random(B, 1);
        Tensor x = d.Random(B, cols), z = d.Random(B, cols);
        Tensor eps = d.Random(B, cols), given = d.Random(B, cols), loss = d.Random(B, 1);
        Tensor dLoss = d.Random(B, 1), dz = d.Random(B, cols);
        var frequencies = d.Random(N, 1, 0, 160, dense: true);
        var features = d.Random(B, 2 * N);
        d.Ops.CosineLogSnr(t, logSnr);
        d.Ops.DiffuseNoise(x, logSnr, Noise, z, eps);
        d.Ops.Diffuse(x, logSnr, eps, given);
        d.Ops.SquaredErrorRows(z, eps, loss);
        d.Ops.SquaredErrorRowsGrad(z, eps, dLoss, dz);
        d.Ops.TimeEmbedding(t, frequencies, features);
        Tensor alone = d.Random(B, cols), together = d.Random(B, 1), dTogether = d.Random(B, cols);
        Tensor remade = d.Random(B, 1), dRemade = d.Random(B, cols);
        d.Ops.DiffuseNoise(x, logSnr, Noise, alone);
        d.Ops.SquaredErrorRowsWithGrad(z, eps, dLoss, together, dTogether);
        d.Ops.NoisePredictionRowsWithGrad(z, Noise, dLoss, remade, dRemade);
        return [logSnr, z, eps, given, loss, dz, features, alone, together, dTogether, remade, dRemade];
    });

    [Test]
    public void Schedules([Values] NoiseCurveKind kind) => MustAgree(d =>
    {
        Tensor t = d.Random(B, 1, 0, 1), logSnr = d.Random(B, 1);
        d.Ops.ScheduleLogSnr(Host.ScheduleTests.Curve(kind), t, logSnr);
        return [logSnr];
    });

    [Test]
    public void Sampler_steps([Values(2, D, 133)] int cols, [Values(0, 0.5f)] float noise) => MustAgree(d =>
    {
        Tensor z = d.Random(B, cols), kept = d.Random(B, cols), next = d.Random(B, cols);
        Tensor[] x = [d.Random(B, cols), d.Random(B, cols), d.Random(B, cols), d.Random(B, cols)];
        d.Ops.SamplerStep(new(0.9f, 0, 0.3f, -0.2f, 0, 0, noise), z, kept, x, Noise, next);
        d.Ops.SamplerStep(new(0.1f, 0.8f, 0.3f, -0.2f, 0.7f, -0.4f, noise), z, kept, x, Noise, z);
        return [z, next];
    });

    [Test]
    public void Cross_entropy([Values(1, 10, 33)] int classes) => MustAgree(d =>
    {
        Tensor logits = d.Random(B, classes), y = d.Random(B, classes, 0, 1), nll = d.Random(B, 1);
        Tensor dNll = d.Random(B, 1), dLogits = d.Random(B, classes);
        d.Ops.CrossEntropyRows(logits, y, nll);
        d.Ops.CrossEntropyRowsGrad(logits, y, nll, dNll, dLogits);
        return [nll, dLogits];
    });

    [Test]
    public void A_mixture([Values(1, 31, 70)] int components, [Values(1, D)] int dims) => MustAgree(d =>
    {
        Tensor z = d.Random(B + 4, dims), mu = d.Random(components, dims), y = d.Random(B + 4, 1);
        Tensor logVar = d.Random(components, dims), precision = d.Random(components, dims);
        Tensor logScale = d.Random(components, 1), marginals = d.Random(B + 4, dims);
        d.Ops.GaussianScales(logVar, precision, logScale);
        d.Ops.MixtureLogDensity(z, mu, precision, logScale, y);
        d.Ops.MixtureLogMarginals(z, mu, logVar, precision, marginals);
        Tensor count = d.Random(components, 1), first = d.Random(components, dims);
        var second = d.Random(components, dims);
        d.Ops.MixtureMoments(z, mu, precision, logScale, y, count, first, second);
        return [precision, logScale, y, marginals, count, first, second];
    });

    [Test]
    public void Importance([Values(1, 8, D)] int cols) => MustAgree(d =>
    {
        Tensor z = d.Random(B, cols), mu = d.Random(B, cols), logVar = d.Random(B, cols), ratio = d.Random(B, 1);
        Tensor dRatio = d.Random(B, 1), dZ = d.Random(B, cols), dMu = d.Random(B, cols), dLogVar = d.Random(B, cols);
        Tensor nll = d.Random(B, 1), share = d.Random(B, cols), scaled = d.Random(B, cols);
        d.Ops.LogRatioRows(z, mu, logVar, ratio);
        d.Ops.LogRatioRowsGradDraw(z, mu, logVar, dRatio, dZ);
        d.Ops.LogRatioRowsGrad(z, mu, logVar, dRatio, dMu, dLogVar);
        d.Ops.ImportanceNllRows(z, nll, share);
        d.Ops.ScaleRows(share, nll, scaled);
        return [ratio, dZ, dMu, dLogVar, nll, share, scaled];
    });
}
