using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Information;

/// <summary>What y says about x, from a denoiser that is told y and one that is not.</summary>
/// <remarks>
/// <para>i(x; y) = log p(x | y) − log p(x) = ½∫ E_ε[‖ε − ε̂(z)‖² − ‖ε − ε̂(z, y)‖²] dλ, point by point, and on average
/// I(x; y) (Kong et al. 2024, arXiv:2310.07972, eqs. 5 and 6).</para>
/// <para>The better denoiser's error is orthogonal to what any other of z and y adds to it, so that ½∫ E‖ε̂(z) − ε̂(z, y)‖² dλ
/// is I(x; y) too (eq. 7): never negative, of far less variance, and of each column by itself. A network that is not the
/// best breaks either form in its own way; where they agree, little is broken.</para>
/// </remarks>
/// <param name="Nats">I(x; y) by the difference of errors.</param>
/// <param name="StandardError">Of it, over the rows.</param>
/// <param name="OrthogonalNats">I(x; y) by the difference of answers.</param>
/// <param name="OrthogonalStandardError">Of it, over the rows.</param>
/// <param name="Pointwise">i(x; y) of each row, nats [N]: below 0 where y misleads.</param>
/// <param name="PerColumn">The orthogonal form of each column of each row, nats [N, D].</param>
public sealed record ConditionalInformation(
    double Nats, double StandardError, double OrthogonalNats, double OrthogonalStandardError, double[] Pointwise,
    double[] PerColumn)
{
    const uint Levels = 1, NoiseOfRows = 2;

    /// <summary>The integral over levels drawn by a law, an equal stratum of it for each draw of a row.</summary>
    /// <param name="free">
    /// The denoiser without y; it is given all rows at once, in their order, like the next.
    /// </param>
    /// <param name="told">The denoiser that knows each row's y.</param>
    /// <param name="x">Data, [N, D].</param>
    /// <param name="columns">D.</param>
    /// <param name="sampling">How levels are drawn.</param>
    /// <param name="draws">Of each row.</param>
    /// <param name="seed">Of levels and noise.</param>
    /// <exception cref="ArgumentException">Rows of other lengths, fewer than two of them, or no draws.</exception>
    public static ConditionalInformation Of(DenoiseEach free, DenoiseEach told, double[] x, int columns,
        LogSnrSampling sampling, int draws, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (columns < 1 || x.Length % columns != 0 || x.Length < 2 * columns)
            throw new ArgumentException($"{x.Length} data: give two rows of {columns} or more");
        var N = x.Length / columns;
        double[] logSnr = new double[N], weights = new double[N], z = new double[x.Length];
        double[] withY = new double[x.Length], without = new double[x.Length];
        double[] pointwise = new double[N], perColumn = new double[x.Length];
        for (var draw = 0; draw < draws; draw++)
        {
            for (var n = 0; n < N; n++)
            {
                // Half a unit of the 24-bit uniform: the ends of the law are not drawn.
                var uniform =
                    Kernels.Draws.Uniforms(0, n, new(seed, (uint)draw, Levels)).W0.V + Math.ScaleB(0.5, -24);
                (logSnr[n], weights[n]) = sampling.At((draw + uniform) / draws);
            }
            for (var i = 0; i < z.Length; i++)
            {
                int n = i / columns, d = i % columns;
                var eps = Kernels.Draws.NormalAt(n, d, new(seed, (uint)draw, NoiseOfRows)).V;
                z[i] = Diffuse.Alpha(new F64(logSnr[n])).V * x[i] + Diffuse.Sigma(new F64(logSnr[n])).V * eps;
            }
            free(z, logSnr, without);
            told(z, logSnr, withY);
            #region errors-and-answers
            for (var i = 0; i < z.Length; i++)
            {
                // ε − ε̂ = √SNR (x̂ − x), whoever answers.
                var n = i / columns;
                var half = 0.5 * weights[n] * Math.Exp(logSnr[n]) / draws;
                pointwise[n] += half * (Math.Pow(x[i] - without[i], 2) - Math.Pow(x[i] - withY[i], 2));
                perColumn[i] += half * Math.Pow(withY[i] - without[i], 2);
            }
            #endregion
        }
        var orthogonal = new double[N];
        for (var i = 0; i < perColumn.Length; i++) orthogonal[i / columns] += perColumn[i];
        var (nats, error) = SampleMean.Of(pointwise);
        var (orthogonalNats, orthogonalError) = SampleMean.Of(orthogonal);
        return new(nats, error, orthogonalNats, orthogonalError, pointwise, perColumn);
    }
}
