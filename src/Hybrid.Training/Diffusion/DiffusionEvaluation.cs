using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>An estimate of E −log p(x) over some rows, in nats per point and in the units of the data.</summary>
/// <param name="Nats">The estimate.</param>
/// <param name="StandardError">
/// Of the noise that was drawn where there is some; of a deterministic estimate, how far the rows scatter it.
/// </param>
/// <param name="Rows">Of each row where the estimate has one; else empty.</param>
public sealed record LikelihoodEstimate(double Nats, double StandardError, double[] Rows);

/// <summary>
/// −log p(x) of a trained diffusion, three ways, on one set of points; or −log p(x | y), two ways.
/// </summary>
public sealed class DiffusionEvaluation
{
    /// <summary>T of the bound: what steps of this length lose is D/4·(range of λ)²/T at most, nats.</summary>
    public const int BoundSteps = 100_000;

    /// <summary>Steps that each row takes of them, and repetitions of each row in the integral.</summary>
    const int BoundDraws = 128, Repetitions = 16, Passes = 4;

    /// <summary>Steps of Runge and Kutta, and half of the difference for a trace of a float32 network.</summary>
    const int FlowSteps = 200;

    const double Difference = 5e-3;

    /// <summary>Up to so many columns every one is asked; of more, so many probes of random signs.</summary>
    const int MostExactColumns = 8, Probes = 4;

    readonly NoiseSchedule schedule;
    readonly DenoiserOnHost denoiser;
    readonly double[] x, rotated;
    readonly PrincipalAxes axes;
    readonly double logVolume, cleanest, noisiest;
    readonly int D;
    readonly bool told;

    /// <param name="denoiser">The trained network.</param>
    /// <param name="target">What it answers with.</param>
    /// <param name="scale">How its points were scaled.</param>
    /// <param name="points">To evaluate, as they are.</param>
    /// <param name="told">Whether the network is told each point's class, so that it is −log p(x | y).</param>
    public DiffusionEvaluation(
        Denoiser denoiser, PredictionTarget target, PointScale scale, Points points, bool told = false)
    {
        (schedule, this.denoiser, this.told) = (denoiser.Schedule, new(denoiser, target), told);
        if (told) this.denoiser = this.denoiser.Told(points.RequireClasses());
        (D, x, logVolume) = (points.D, scale.Apply(points.Values), scale.LogVolume);
        axes = new(x, D);
        rotated = axes.Into(x);
        (cleanest, noisiest) = schedule.FiniteEnds;
    }

    /// <summary>The variational bound, an upper bound of −log p on average (<see cref="BoundEstimate"/>).</summary>
    public LikelihoodEstimate Bound(ulong seed)
    {
        // In equal steps of λ, whatever the schedule: the limit of many steps does not depend on it.
        double Level(int i) => cleanest + (noisiest - cleanest) * i / BoundSteps;
        var bound = BoundEstimate.Of(Rotated, rotated, axes.Variance, Level, BoundSteps, BoundDraws, seed);
        return OfRows(bound.Rows);
    }

    /// <summary>The I-MMSE integral (<see cref="ImmseEstimate"/>) over the schedule's levels.</summary>
    /// <remarks>
    /// The reference Gaussian has the rows' own mean and covariance. What classes say of rows is an integral of its own,
    /// of less scatter: <see cref="ClassInformation"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The network is told classes.</exception>
    public LikelihoodEstimate Immse(ulong seed)
    {
        if (told) throw new InvalidOperationException("the integral with classes is this one less their information");
        var N = x.Length / D;
        // Rows meet the strata of λ in an order of their own in every repetition.
        var rows = new double[(long)Repetitions * Passes * x.Length];
        var order = new int[N];
        for (var pass = 0; pass < Repetitions * Passes; pass++)
        {
            Shuffle.Epoch(seed, pass, order);
            for (var n = 0; n < N; n++)
                rotated.AsSpan(order[n] * D, D).CopyTo(rows.AsSpan((int)(((long)pass * N + n) * D)));
        }
        var estimate = ImmseEstimate.Continuous(Rotated, rows, axes.Mean, axes.Variance,
            LogSnrSampling.Between(noisiest, cleanest), Repetitions * Passes * N, seed);
        return new(estimate.Nats + logVolume, estimate.StandardError, []);
    }

    /// <summary>The probability flow (<see cref="FlowLikelihood"/>).</summary>
    /// <remarks>
    /// Traces by differences, exact but for steps, of few columns; of more, unbiased ones by random signs, whose error
    /// is in the rows' scatter.
    /// </remarks>
    public LikelihoodEstimate Flow(ulong seed)
    {
        var trace = D <= MostExactColumns
            ? FlowLikelihood.DifferenceTrace(denoiser.Denoise, D, Difference)
            : FlowLikelihood.HutchinsonTrace(denoiser.Denoise, D, Probes, seed, Difference);
        var log = FlowLikelihood.LogDensity(denoiser.Denoise, trace, x, D, cleanest, noisiest, FlowSteps);
        return OfRows([.. log.Select(value => -value)]);
    }

    /// <summary>The denoiser of points in their principal axes: noise is the same in all axes.</summary>
    void Rotated(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, Span<double> data)
    {
        var answers = new double[z.Length];
        denoiser.Each(axes.OutOf(z), logSnr, answers);
        axes.Into(answers).CopyTo(data);
    }

    LikelihoodEstimate OfRows(double[] rows)
    {
        for (var n = 0; n < rows.Length; n++) rows[n] += logVolume;
        var (mean, error) = SampleMean.Of(rows);
        return new(mean, error, rows);
    }
}
