using Hybrid.Information;
using Hybrid.Kernels;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>How the weighted loss of a network scatters at each level of noise, measured on some rows.</summary>
sealed class LossByLevel
{
    const int Bins = 32, RowsPerBin = 16;

    /// <summary>Apart from those of training and of evaluations.</summary>
    const uint NoiseOfRows = 5;

    /// <summary>Streams of rows and levels, apart from those of epochs and their levels.</summary>
    const ulong Stream = 1UL << 33;

    readonly DenoiserOnHost denoiser;
    readonly LossWeighting weighting;
    readonly PointScale scale;
    readonly Points data;
    readonly ulong seed;
    readonly double cleanest, noisiest;
    readonly bool tells;

    /// <param name="denoiser">The network, as it is at each measurement.</param>
    /// <param name="options">Its answers, weights and levels.</param>
    /// <param name="scale">How the points are scaled for it.</param>
    /// <param name="data">What it learns from.</param>
    public LossByLevel(Denoiser denoiser, DiffusionRunOptions options, PointScale scale, Points data)
    {
        (this.denoiser, weighting) = (new(denoiser, options.Answer), options.Weighting);
        (this.scale, this.data, seed, tells) = (scale, data, options.Seed, options.Classes);
        (cleanest, noisiest) = denoiser.Schedule.FiniteEnds;
    }

    /// <summary>The levels that suit the loss as it is now: a function of seed, epoch and parameters.</summary>
    public LearnedLevels Measure(long epoch)
    {
        const int rows = Bins * RowsPerBin;
        var random = SplitMix64.Of(seed, Stream + (ulong)epoch);
        double[] x = new double[rows * data.D], eps = new double[x.Length], logSnr = new double[rows];
        var classes = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            logSnr[row] = cleanest + (noisiest - cleanest) * (row / RowsPerBin + random.Uniform()) / Bins;
            var n = (int)(random.Uniform() * data.N);
            if (tells) classes[row] = data.Classes![n];
            scale.Apply(data.Values.AsSpan(n * data.D, data.D)).CopyTo(x, row * data.D);
            for (var d = 0; d < data.D; d++)
                eps[row * data.D + d] = Draws.NormalAt(row, d, new(seed, (uint)epoch, NoiseOfRows)).V;
        }
        var asked = tells ? denoiser.Told(classes) : denoiser;
        var errors = DenoiserError.Noise(asked.Each, x, eps, data.D, logSnr);
        var moments = new double[Bins];
        for (var row = 0; row < rows; row++)
            moments[row / RowsPerBin] +=
                Math.Pow(weighting.Objective(logSnr[row], 1) * errors[row], 2) / RowsPerBin;
        return LearnedLevels.Of(moments, cleanest, noisiest);
    }
}
