using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

sealed unsafe partial class HostOps<T, TWord>
{
    public void GaussianScales(Tensor logVar, Tensor halfPrecision, Tensor logScale) => Sum(
        new GaussianScalesSum<T>(View(logVar), View(halfPrecision), View(logScale)),
        logVar.Rows, logVar.Cols, Transcendental);

    public void MixtureLogDensity(
        Tensor z, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor y, MixtureWeights weights)
    {
        var range = new MixtureRange<T>(
            View(z), View(mu), View(halfPrecision), View(logScale), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(y), z.Rows, mu.Rows, z.Cols);
        var groups = (z.Rows - 1) / MixtureRange<T>.Group + 1;
        Share(range, groups, (long)mu.Rows * z.Cols * MixtureRange<T>.Group);
    }

    public void MixtureLogMarginals(
        Tensor z, Tensor mu, Tensor logVar, Tensor halfPrecision, Tensor y, MixtureWeights weights)
    {
        var range = new MarginalRange<T>(
            View(z), View(mu), View(logVar), View(halfPrecision), weights.LogCount(mu.Rows), weights.LogOwn(mu.Rows),
            View(y), z.Rows, mu.Rows);
        var groups = (z.Rows - 1) / LogSums<T>.Group + 1;
        Share(range, groups * z.Cols, (long)mu.Rows * LogSums<T>.Group * Transcendental);
    }

    public void MixtureMoments(
        Tensor x, Tensor mu, Tensor halfPrecision, Tensor logScale, Tensor logDensity,
        Tensor count, Tensor first, Tensor second) => Share(
        new MomentRange<T>(
            View(x), View(mu), View(halfPrecision), View(logScale), View(logDensity), View(count), View(first),
            View(second), MixtureDensity.LogCount(mu.Rows), x.Rows, x.Cols),
        mu.Rows, (long)x.Rows * (2 * x.Cols + Transcendental));
}
