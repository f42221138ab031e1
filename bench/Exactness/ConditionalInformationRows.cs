using System.Diagnostics;
using System.Globalization;
using Hybrid.Information;
using Hybrid.Kernels;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>What a mixture's component says of a point, from the best denoisers with and without it.</summary>
static class ConditionalInformationRows
{
    const int Rows = 3600, Draws = 32, Draw = 1;

    /// <summary>Spread of the components of the grid.</summary>
    const double Spread = 0.3;

    /// <summary>Standard errors that are allowed.</summary>
    const double Errors = 4;

    public static ExactnessExperiment Experiment => new("conditional-mi", FormattableString.Invariant(
        $"I(x; y) of nine Gaussians and their number by {Draws} levels of {Rows:N0} points; nothing is trained"),
        _ => Run());

    static ExactnessRow[] Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();

        // Both columns have three components of their own: H[x] is twice that of a line, by quadrature.
        var line = new MixtureOracle([1.0 / 3, 1.0 / 3, 1.0 / 3], [[-1], [0], [1]],
            [.. Enumerable.Repeat(new[,] { { Spread * Spread } }, 3)]);
        var ofColumn = (double)line.EntropyNats() - 0.5 * Math.Log(Math.Tau * Math.E * Spread * Spread);
        var x = new double[2 * Rows];
        for (var i = 0; i < x.Length; i++)
            x[i] = Mean(i) + Spread * Kernels.Draws.NormalAt(i / 2, i % 2, new(1, 0, Draw)).V;
        var all = Information(x, seed: 2);
        rows.Add(new("conditional-mi/grid", 2 * ofColumn, all.Nats, Errors * all.StandardError, "nats", 0));
        rows.Add(new("conditional-mi/grid/orthogonal", 2 * ofColumn, all.OrthogonalNats,
            Errors * all.OrthogonalStandardError, "nats", 0));
        for (var column = 0; column < 2; column++)
        {
            var at = column;
            double[] nats = [.. Enumerable.Range(0, Rows).Select(n => all.PerColumn[2 * n + at])];
            rows.Add(OfMean($"grid/orthogonal/column-{column + 1}", ofColumn, nats));
        }

        // One point as often as there are rows, each time with the component whose turn it is.
        foreach (var point in (double[][])[[0.5, -0.9], [0.1, 0.2]])
        {
            var same = Information([.. Enumerable.Range(0, Rows).SelectMany(_ => point)], seed: 3);
            foreach (var y in (int[])[4, 3])
            {
                double[] turns = [.. same.Pointwise.Where((_, n) => n % 9 == y)];
                double exact = -DiffusionOracles.Grid.LogDensityNats(1, 0, point);
                for (var d = 0; d < 2; d++)
                    exact -= 0.5 * (Math.Pow((point[d] - Mean(2 * y + d)) / Spread, 2)
                        + Math.Log(Math.Tau * Spread * Spread));
                rows.Add(OfMean(string.Create(CultureInfo.InvariantCulture,
                    $"grid/i(({point[0]},{point[1]});{y + 1})"), exact, turns));
            }
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    static ExactnessRow OfMean(string name, double exact, double[] turns)
    {
        var (mean, error) = SampleMean.Of(turns);
        return new($"conditional-mi/{name}", exact, mean, Errors * error, "nats", 0);
    }

    /// <summary>Where the component of a row, its number modulo nine, has its middle: number i of [N, 2].</summary>
    static double Mean(int i) => i % 2 == 0 ? i / 2 % 9 / 3 - 1 : i / 2 % 9 % 3 - 1;

    static ConditionalInformation Information(double[] x, ulong seed)
    {
        var free = DiffusionOracles.Denoise(DiffusionOracles.Grid);
        DenoiseEach each = (z, logSnr, data) =>
        {
            for (var n = 0; n < logSnr.Length; n++) free(z.Slice(2 * n, 2), logSnr[n], data.Slice(2 * n, 2));
        };
        DenoiseEach told = (z, logSnr, data) =>
        {
            for (var i = 0; i < z.Length; i++)
            {
                double alpha = DiffusionOracles.Alpha(logSnr[i / 2]), sigma = DiffusionOracles.Sigma(logSnr[i / 2]);
                double v = Spread * Spread, gain = alpha * v / (alpha * alpha * v + sigma * sigma);
                data[i] = Mean(i) + gain * (z[i] - alpha * Mean(i));
            }
        };
        return ConditionalInformation.Of(each, told, x, 2, new LogSnrSampling(Location: 1, Scale: 1.5), Draws, seed);
    }
}
