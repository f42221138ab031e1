using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>A mixture's adjoints, densities of rows and couplings.</summary>
public sealed partial class SameBitsTests
{
    [TestCase(1, 1)]
    [TestCase(31, 37)]
    [TestCase(70, 66)]
    public void A_mixtures_adjoints(int components, int dims) => MustAgree(d =>
    {
        Tensor z = d.Random(B + 30, dims, -1, 1), mu = d.Random(components, dims, -1, 1), y = d.Random(B + 30, 1);
        Tensor logVar = d.Random(components, dims), precision = d.Random(components, dims);
        Tensor scale = d.Random(components, 1), dy = d.Random(B + 30, 1), dz = d.Random(B + 30, dims);
        Tensor dMu = d.Random(components, dims), beside = d.Random(components, dims + 1);
        Tensor dPrecision = beside.Columns(0, dims), dScale = beside.Columns(dims, 1);
        var dLogVar = d.Random(components, dims);
        d.Ops.GaussianScales(logVar, precision, scale);
        d.Ops.MixtureLogDensity(z, mu, precision, scale, y);
        d.Ops.MixtureGradRows(z, mu, precision, scale, y, dy, dz);
        d.Ops.MixtureGradComponents(z, mu, precision, scale, y, dy, dMu, dPrecision, dScale);
        d.Ops.GaussianScalesGrad(precision, dPrecision, dScale, dLogVar);
        return [y, dz, dMu, beside, dLogVar];
    });

    /// <summary>Of a batch that stands for a population, and of its marginals.</summary>
    [TestCase(2, 1)]
    [TestCase(31, 37)]
    [TestCase(70, 5)]
    public void A_stratified_mixtures_adjoints(int rows, int dims) => MustAgree(d =>
    {
        Tensor z = d.Random(rows, dims, -1, 1), mu = d.Random(rows, dims, -1, 1), y = d.Random(rows, 1);
        Tensor logVar = d.Random(rows, dims), precision = d.Random(rows, dims), scale = d.Random(rows, 1);
        Tensor dy = d.Random(rows, 1), dz = d.Random(rows, dims), dMu = d.Random(rows, dims);
        Tensor dPrecision = d.Random(rows, dims), dScale = d.Random(rows, 1), marginals = d.Random(rows, dims);
        Tensor dMarginals = d.Random(rows, dims), dzs = d.Random(rows, dims), dMus = d.Random(rows, dims);
        Tensor beside = d.Random(rows, 2 * dims), dPrecisions = beside.Columns(0, dims);
        var dLogVar = beside.Columns(dims, dims);
        var weights = MixtureWeights.Stratified(1000);
        d.Ops.GaussianScales(logVar, precision, scale);
        d.Ops.MixtureLogDensity(z, mu, precision, scale, y, weights);
        d.Ops.MixtureGradRows(z, mu, precision, scale, y, dy, dz, weights);
        d.Ops.MixtureGradComponents(z, mu, precision, scale, y, dy, dMu, dPrecision, dScale, weights);
        d.Ops.MixtureLogMarginals(z, mu, logVar, precision, marginals, weights);
        d.Ops.MixtureMarginalGradRows(z, mu, logVar, precision, marginals, dMarginals, dzs, weights);
        d.Ops.MixtureMarginalGradComponents(
            z, mu, logVar, precision, marginals, dMarginals, dMus, dPrecisions, dLogVar, weights);
        return [y, dz, dMu, dPrecision, dScale, marginals, dzs, dMus, beside];
    });

    [Test]
    public void Densities_and_couplings([Values(1, 8, D)] int cols) => MustAgree(d =>
    {
        Tensor x = d.Random(B, cols), mu = d.Random(B, cols), logVar = d.Random(B, cols), dy = d.Random(B, 1);
        Tensor density = d.Random(B, 1), dx = d.Random(B, cols), dLogVar = d.Random(B, cols);
        Tensor y = d.Random(B, cols), logDet = d.Random(B, 1), back = d.Random(B, cols), ds = d.Random(B, cols);
        Tensor du = d.Random(B, cols), scaled = d.Random(B, cols);
        d.Ops.GaussianLogDensityRows(x, mu, logVar, density);
        d.Ops.GaussianLogDensityRowsGrad(x, mu, logVar, dy, dx, dLogVar);
        d.Ops.AffineCoupling(x, logVar, mu, y, logDet);
        d.Ops.AffineCouplingInverse(y, logVar, mu, back);
        d.Ops.AffineCouplingGrad(x, logVar, dx, dy, du, ds);
        var permuted = d.Random(B, cols);
        d.Ops.Scale(x, -0.7f, scaled);
        d.Ops.PermuteColumns(x, mu, permuted);
        return [density, dx, dLogVar, y, logDet, back, du, ds, scaled, permuted];
    });
}
