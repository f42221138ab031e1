using System.Globalization;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Classifier-free guidance: a denoiser that goes further to a condition than one that knows it.</summary>
/// <remarks>
/// Ho &amp; Salimans 2022, arXiv:2207.12598. At one z every target is the same line of x̂, so going further is the
/// same in all of them. Bringing the spread back (Lin et al. 2024, arXiv:2305.08891, section 3.4) is not: it is done
/// in the target that the network was trained on.
/// </remarks>
public static class Guidance
{
    /// <summary>Part φ of the way back that Lin et al. recommend.</summary>
    public const double UsualRescale = 0.7;

    /// <summary>A guided denoiser of rows.</summary>
    /// <param name="free">What is seen without the condition.</param>
    /// <param name="given">What is seen with it.</param>
    /// <param name="scale">How many times the way: 0 is free, 1 is given.</param>
    /// <param name="columns">D, numbers of a row; its spread is over them.</param>
    /// <param name="rescale">φ, part of the way back to the spread of the conditional prediction.</param>
    /// <param name="target">The network's target, in which spreads are taken.</param>
    /// <exception cref="ArgumentException">φ is no part, or a spread is asked of one column.</exception>
    public static DenoiseRows Of(DenoiseRows free, DenoiseRows given, double scale, int columns, double rescale = 0,
        PredictionTarget target = PredictionTarget.Velocity)
    {
        if (!(rescale is >= 0 and <= 1) || rescale > 0 && columns < 2)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"rescale {rescale} of {columns} columns: give a part from 0 to 1, and 0 for rows of one number"));
        return (z, logSnr, data) =>
        {
            var conditional = new double[z.Length];
            free(z, logSnr, data);
            given(z, logSnr, conditional);
            for (var i = 0; i < data.Length; i++)
                data[i] = Guided.Apply(new F64(data[i]), new(conditional[i]), new(scale)).V;
            if (rescale == 0) return;
            for (var row = 0; row < z.Length; row += columns)
                Rescale(z.Slice(row, columns), logSnr, data.Slice(row, columns),
                    conditional.AsSpan(row, columns), rescale, target);
        };
    }

    static void Rescale(ReadOnlySpan<double> z, double logSnr, Span<double> guided, Span<double> conditional,
        double part, PredictionTarget target)
    {
        for (var i = 0; i < z.Length; i++)
        {
            guided[i] = Prediction.Convert(PredictionTarget.Data, target, guided[i], z[i], logSnr);
            conditional[i] = Prediction.Convert(PredictionTarget.Data, target, conditional[i], z[i], logSnr);
        }
        double spread = Spread(guided), ratio = spread == 0 ? 1 : Spread(conditional) / spread;
        for (var i = 0; i < z.Length; i++)
        {
            var back = Rescaled.Apply(new F64(guided[i]), new(ratio), new(part)).V;
            guided[i] = Prediction.Data(target, back, z[i], logSnr);
        }
    }

    static double Spread(ReadOnlySpan<double> row)
    {
        double sum = 0, squares = 0;
        foreach (var v in row) sum += v;
        var mean = sum / row.Length;
        foreach (var v in row) squares += (v - mean) * (v - mean);
        return Math.Sqrt(squares / row.Length);
    }
}
