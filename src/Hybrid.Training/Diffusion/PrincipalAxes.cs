using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Orthonormal axes in which rows are uncorrelated, with their mean and variances there.</summary>
/// <remarks>
/// A rotation changes no density, and the Gaussian of these variances is the best reference that a likelihood's
/// estimate can have (Kong et al. 2023, arXiv:2302.03792).
/// </remarks>
public sealed class PrincipalAxes
{
    readonly SymmetricEigen axes;
    readonly int D;

    /// <summary>Of rows x[N, D], row-major.</summary>
    public PrincipalAxes(ReadOnlySpan<double> x, int D)
    {
        this.D = D;
        var N = x.Length / D;
        double[] mean = new double[D], row = new double[D];
        for (var n = 0; n < N; n++) DoubleSpans.AddScaled(mean, x.Slice(n * D, D), 1.0 / N);
        var lower = new double[D * D];
        for (var n = 0; n < N; n++)
        {
            x.Slice(n * D, D).CopyTo(row);
            DoubleSpans.AddScaled(row, mean, -1);
            for (var a = 0; a < D; a++)
                DoubleSpans.AddScaled(lower.AsSpan(a * D, a + 1), row.AsSpan(0, a + 1), row[a] / N);
        }
        var covariance = new double[D, D];
        for (var a = 0; a < D; a++)
            for (var b = 0; b <= a; b++) covariance[a, b] = lower[a * D + b];
        axes = new(covariance);
        Mean = Into(mean);
    }

    /// <summary>Along each axis, greatest first.</summary>
    public double[] Variance => axes.Values;

    /// <summary>Along each axis.</summary>
    public double[] Mean { get; }

    /// <summary>Rows in these axes.</summary>
    public double[] Into(ReadOnlySpan<double> rows)
    {
        var along = new double[rows.Length];
        for (var i = 0; i < along.Length; i++)
            along[i] = DoubleSpans.Dot(rows.Slice(i - i % D, D), axes.Vector(i % D));
        return along;
    }

    /// <summary>The way back.</summary>
    public double[] OutOf(ReadOnlySpan<double> rows)
    {
        var back = new double[rows.Length];
        for (var i = 0; i < back.Length; i++)
            DoubleSpans.AddScaled(back.AsSpan(i - i % D, D), axes.Vector(i % D), rows[i]);
        return back;
    }
}
