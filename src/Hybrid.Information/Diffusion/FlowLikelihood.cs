using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Information;

/// <summary>Σ_d ∂x̂_d/∂z_d of each row at log-SNR λ.</summary>
public delegate void TraceRows(ReadOnlySpan<double> z, double logSnr, Span<double> trace);

/// <summary>
/// log p(x) by the probability flow: where x goes, and how its surroundings are stretched on the way.
/// </summary>
/// <remarks>
/// Song et al. 2021, arXiv:2011.13456, eq. 39, in EDM's variables y = x + sε with u = log s = −λ/2: dy/du = y − x̂,
/// and log p falls by D − Σ ∂x̂/∂y along it. It is the density of data with the noise of the cleanest level and with
/// N(0, 1/α²) where the noisiest ends.
/// </remarks>
public static class FlowLikelihood
{
    /// <summary>Stream of the signs of probes.</summary>
    const uint Signs = 7;

    #region flow
    /// <summary>log p of each row, nats, with Runge and Kutta's method of order 4.</summary>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="trace">
    /// Its trace; <see cref="DifferenceTrace"/> and <see cref="HutchinsonTrace"/> make one from the denoiser.
    /// </param>
    /// <param name="x">Data, [N, D].</param>
    /// <param name="columns">D.</param>
    /// <param name="cleanest">λ at which x is taken.</param>
    /// <param name="noisiest">λ at which it is called noise.</param>
    /// <param name="steps">Equal steps of λ.</param>
    /// <exception cref="ArgumentException">Levels that do not fall, or rows of other lengths.</exception>
    public static double[] LogDensity(DenoiseRows denoise, TraceRows trace, ReadOnlySpan<double> x, int columns,
        double cleanest, double noisiest, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!(noisiest < cleanest)) throw new ArgumentException($"log-SNR from {cleanest} to {noisiest}: give a fall");
        if (columns < 1 || x.Length % columns != 0)
            throw new ArgumentException($"{x.Length} data: give rows of {columns}");
        var flow = new Flow(denoise, trace, x.Length, columns);
        double[] y = x.ToArray(), logDensity = new double[x.Length / columns];
        var h = 0.5 * (cleanest - noisiest) / steps;
        for (var i = 0; i < steps; i++) flow.Step(y, logDensity, -0.5 * cleanest + i * h, h);
        var variance = 1 / F64.Sigmoid(new(noisiest)).V;
        for (var i = 0; i < y.Length; i++)
            logDensity[i / columns] -= 0.5 * (y[i] * y[i] / variance + Math.Log(Math.Tau * variance));
        return logDensity;
    }
    #endregion

    /// <summary>The trace by central differences, two answers a column: exact to h², for few dimensions.</summary>
    public static TraceRows DifferenceTrace(DenoiseRows denoise, int columns, double h = 1e-4) => (z, logSnr, trace) =>
    {
        double[] moved = z.ToArray(), up = new double[z.Length], down = new double[z.Length];
        trace.Clear();
        for (var d = 0; d < columns; d++)
        {
            for (var i = d; i < moved.Length; i += columns) moved[i] = z[i] + h;
            denoise(moved, logSnr, up);
            for (var i = d; i < moved.Length; i += columns) moved[i] = z[i] - h;
            denoise(moved, logSnr, down);
            for (var i = d; i < moved.Length; i += columns)
            {
                trace[i / columns] += (up[i] - down[i]) / (2 * h);
                moved[i] = z[i];
            }
        }
    };

    #region hutchinson
    /// <summary>The trace by random signs v, E vᵀJv: two answers a probe, whatever the number of columns.</summary>
    /// <remarks>
    /// Hutchinson 1990; Grathwohl et al. 2019, arXiv:1810.01367, eq. 8. Of a probe Jv is a central difference along v.
    /// Signs are a row's own and stay all the way, so that the steps of the flow see one smooth function; the rows'
    /// scatter holds their error. A diagonal J has none.
    /// </remarks>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="columns">D.</param>
    /// <param name="probes">Of each row; the error falls with their root.</param>
    /// <param name="seed">Of the signs.</param>
    /// <param name="h">Half of the difference in each column.</param>
    public static TraceRows HutchinsonTrace(
        DenoiseRows denoise, int columns, int probes, ulong seed, double h = 1e-4) => (z, logSnr, trace) =>
    {
        double[] moved = new double[z.Length], up = new double[z.Length], down = new double[z.Length];
        var signs = new double[z.Length];
        trace.Clear();
        for (var probe = 0; probe < probes; probe++)
        {
            for (var i = 0; i < signs.Length; i++)
                signs[i] =
                    Kernels.Draws.NormalAt(i / columns, i % columns, new(seed, (uint)probe, Signs)).V < 0 ? -1 : 1;
            for (var i = 0; i < moved.Length; i++) moved[i] = z[i] + h * signs[i];
            denoise(moved, logSnr, up);
            for (var i = 0; i < moved.Length; i++) moved[i] = z[i] - h * signs[i];
            denoise(moved, logSnr, down);
            for (var i = 0; i < moved.Length; i++)
                trace[i / columns] += signs[i] * (up[i] - down[i]) / (2 * h * probes);
        }
    };
    #endregion

    sealed class Flow(DenoiseRows denoise, TraceRows trace, int length, int columns)
    {
        readonly double[] z = new double[length], data = new double[length], at = new double[length];
        readonly double[] traces = new double[length / columns];
        readonly double[][] slopes = [new double[length], new double[length], new double[length], new double[length]];
        readonly double[][] stretches = [.. Enumerable.Range(0, 4).Select(_ => new double[length / columns])];

        public void Step(double[] y, double[] logDensity, double u, double h)
        {
            Slope(y, u, 0);
            Slope(Moved(y, 0, 0.5 * h), u + 0.5 * h, 1);
            Slope(Moved(y, 1, 0.5 * h), u + 0.5 * h, 2);
            Slope(Moved(y, 2, h), u + h, 3);
            for (var i = 0; i < length; i++) y[i] += h * Mean(slopes, i);
            for (var row = 0; row < logDensity.Length; row++) logDensity[row] += h * Mean(stretches, row);
        }

        static double Mean(double[][] k, int i) => (k[0][i] + 2 * (k[1][i] + k[2][i]) + k[3][i]) / 6;

        double[] Moved(double[] y, int k, double h)
        {
            for (var i = 0; i < length; i++) at[i] = y[i] + h * slopes[k][i];
            return at;
        }

        void Slope(double[] y, double u, int k)
        {
            double logSnr = -2 * u, alpha = Diffuse.Alpha(new F64(logSnr)).V;
            for (var i = 0; i < length; i++) z[i] = alpha * y[i];
            denoise(z, logSnr, data);
            trace(z, logSnr, traces);
            for (var i = 0; i < length; i++) slopes[k][i] = y[i] - data[i];
            for (var row = 0; row < traces.Length; row++) stretches[k][row] = columns - alpha * traces[row];
        }
    }
}
