using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// −log P of pictures of 256 grey levels under a trained diffusion: bounds from above, nats a picture.
/// </summary>
/// <remarks>
/// Probabilities of levels, not a density: nothing is made continuous, and nats/(D·ln 2) are bits per dimension without
/// a correction. Beyond the schedule's cleanest level each pixel is read by itself (<see cref="LevelReading"/>).
/// </remarks>
public sealed class PictureLikelihood
{
    /// <summary>Grey levels of a pixel.</summary>
    public const int Levels = 256;

    /// <summary>
    /// Steps or levels that each picture meets, and repetitions that the integral's error is read off.
    /// </summary>
    const int Draws = 16;

    readonly DenoiserOnHost denoiser;
    readonly double[] x, reading;
    readonly double cleanest, noisiest;
    readonly int D;
    readonly bool told;

    /// <param name="denoiser">The trained network.</param>
    /// <param name="target">What it answers with.</param>
    /// <param name="pictures">Rows of grey levels.</param>
    /// <param name="told">Whether the network is told each picture's class, so that it is −log P(x | y).</param>
    /// <exception cref="ArgumentException">Rows that are no pictures, or a value that is no grey level.</exception>
    public PictureLikelihood(Denoiser denoiser, PredictionTarget target, Points pictures, bool told = false)
    {
        if (pictures.Picture is null) throw new ArgumentException($"{pictures.Name}: points, not pictures");
        (this.denoiser, D, this.told) = (new(denoiser, target), pictures.D, told);
        if (told) this.denoiser = this.denoiser.Told(pictures.RequireClasses());
        x = PointScale.Of(pictures).Apply(pictures.Values);
        (cleanest, noisiest) = denoiser.Schedule.FiniteEnds;
        var nats = LevelReading.Nats(Levels, cleanest);
        reading = new double[pictures.N];
        for (var i = 0; i < pictures.Values.Length; i++)
        {
            var level = (int)pictures.Values[i];
            if (level != pictures.Values[i] || level is < 0 or >= Levels)
                throw new ArgumentException($"{pictures.Name}: {pictures.Values[i]} is no grey level");
            reading[i / D] += nats[level];
        }
    }

    /// <summary>
    /// The variational bound (<see cref="BoundEstimate"/>) of the number of steps that points have, too.
    /// </summary>
    public LikelihoodEstimate Bound(ulong seed)
    {
        const int steps = DiffusionEvaluation.BoundSteps;
        double Level(int i) => cleanest + (noisiest - cleanest) * i / steps;
        // No reference Gaussian: grey levels have errors far below it wherever it has one.
        var bound = BoundEstimate.Of(denoiser.Each, x, new double[D], Level, steps, Draws, seed);
        var rows = new double[reading.Length];
        for (var n = 0; n < rows.Length; n++) rows[n] = bound.Rows[n] - bound.Reconstruction + reading[n];
        var (mean, error) = SampleMean.Of(rows);
        return new(mean, error, rows);
    }

    /// <summary>
    /// The I-MMSE integral (<see cref="ImmseEstimate"/>) over the schedule's levels, and its two tails.
    /// </summary>
    /// <remarks>Below the noisiest level the denoiser says 0: ½·SNR·‖x‖² is left of it.</remarks>
    /// <exception cref="InvalidOperationException">The network is told classes.</exception>
    public LikelihoodEstimate Immse(ulong seed)
    {
        if (told) throw new InvalidOperationException("the integral with classes is this one less their information");
        int N = reading.Length;
        var rows = new double[(long)Draws * x.Length];
        var order = new int[N];
        for (var repetition = 0; repetition < Draws; repetition++)
        {
            Shuffle.Epoch(seed, repetition, order);
            for (var n = 0; n < N; n++)
                x.AsSpan(order[n] * D, D).CopyTo(rows.AsSpan((int)(((long)repetition * N + n) * D)));
        }
        var estimate = ImmseEstimate.Discrete(denoiser.Each, rows, D,
            LogSnrSampling.Between(noisiest, cleanest), Draws * N, seed);
        double tails = 0;
        foreach (var nats in reading) tails += nats / N;
        foreach (var pixel in x) tails += 0.5 * Math.Exp(noisiest) * pixel * pixel / N;
        return new(estimate.Nats + tails, estimate.StandardError, []);
    }
}
