using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Models;

/// <summary>What data a denoiser sees in rows of z, all at one log-SNR.</summary>
public delegate void DenoiseRows(ReadOnlySpan<double> z, double logSnr, Span<double> data);

/// <summary>What data a denoiser sees in rows of z, each at a log-SNR of its own.</summary>
public delegate void DenoiseEach(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, Span<double> data);

/// <summary>Fills a tensor with standard normal noise for the n-th noisy move of a run.</summary>
public delegate void DrawNoise(uint move, Span<double> eps);

/// <summary>Runs samplers in double precision, for oracles and for networks on a line.</summary>
public static class SamplerRun
{
    /// <summary>Takes z from the plan's first level to its last, in place.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="denoise">Whom to ask.</param>
    /// <param name="z">Rows of points, as many numbers as the denoiser takes.</param>
    /// <param name="noise">Where noise comes from; a deterministic plan needs none.</param>
    /// <exception cref="ArgumentException">The plan needs noise and there is none.</exception>
    public static void Run(SamplerPlan plan, DenoiseRows denoise, Span<double> z, DrawNoise? noise = null)
    {
        if (noise is null && !plan.IsDeterministic)
            throw new ArgumentException($"{plan.Name}: draws noise; give it a source");
        var answers = new double[SamplerPlan.Memory][];
        for (var k = 0; k < answers.Length; k++) answers[k] = new double[z.Length];
        double[] kept = new double[z.Length], eps = new double[z.Length];
        var draws = 0u;
        foreach (var act in plan.Acts)
            switch (act)
            {
                case SamplerAct.Ask ask:
                    var oldest = answers[^1];
                    Array.Copy(answers, 0, answers, 1, answers.Length - 1);
                    answers[0] = oldest;
                    denoise(z, ask.LogSnr, oldest);
                    break;
                case SamplerAct.Keep:
                    z.CopyTo(kept);
                    break;
                case SamplerAct.Move move:
                    if (move.Noise != 0) noise!(draws++, eps);
                    Apply(move, z, kept, answers, eps);
                    break;
            }
    }

    // One order of additions here and in the kernel: noise, z, the point kept, answers from the newest on.
    static void Apply(SamplerAct.Move move, Span<double> z, double[] kept, double[][] answers, double[] eps)
    {
        for (var i = 0; i < z.Length; i++)
        {
            var sum = move.Noise == 0 ? 0 : move.Noise * eps[i];
            sum = Math.FusedMultiplyAdd(move.Z, z[i], sum);
            sum = Math.FusedMultiplyAdd(move.Kept, kept[i], sum);
            for (var k = 0; k < move.Answers.Length; k++)
                sum = Math.FusedMultiplyAdd(move.Answers[k], answers[k][i], sum);
            z[i] = sum;
        }
    }

    /// <summary>Standard normal noise of this project's layout: the n-th noisy move of a run is step n.</summary>
    /// <param name="seed">Philox's key.</param>
    /// <param name="stream">Which use of noise within the run.</param>
    /// <param name="columns">Columns of a row.</param>
    public static DrawNoise Philox(ulong seed, uint stream, int columns) => (move, eps) =>
    {
        for (var i = 0; i < eps.Length; i++)
            eps[i] = Draws.NormalAt(i / columns, i % columns, new Noise(seed, move, stream)).V;
    };
}
