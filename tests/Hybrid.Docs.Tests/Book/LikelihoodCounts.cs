using System.Globalization;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Docs.Tests;

/// <summary>What distributions of a pixel cost, where they err, and what a small VAE makes of them.</summary>
static class LikelihoodCounts
{
    /// <summary>
    /// <c>count: singularity logits=1,0.1</c>: normaliser and mean of a continuous Bernoulli in float32, as they are
    /// usually written and as they are here, against double.
    /// </summary>
    public static string Singularity(BlockArguments arguments)
    {
        var table = new Table(
            "l", "Normaliser by λ: error", "by l: error", "by l: bound", "Mean by λ: error", "by l: error", "by l: bound");
        foreach (var text in arguments.Get("logits", "0").Split(','))
        {
            var l = float.Parse(text, CultureInfo.InvariantCulture);
            double d = l;
            // log ∫ e^(lx) dx; log C(λ) = softplus(l) − it. Below 0.02, three terms of a series are exact in double.
            var series = Math.Abs(d) < 0.02;
            var exact = series ? d / 2 + d * d / 24 - Math.Pow(d, 4) / 2880 : Math.Log((Math.Exp(d) - 1) / d);
            var mean = series ? 0.5 + d / 12 - Math.Pow(d, 3) / 720 : 1 / (1 - Math.Exp(-d)) - 1 / d;
            table.Row(
                text, Error(F32.Softplus(new F32(l)).V - LogC(new F32(l)).V - exact),
                Error(ContinuousBernoulli.LogNormalizer(new F32(l)).V - exact),
                Error(ContinuousBernoulli.LogNormalizer(new Bound32(l)).E + ContinuousBernoulli.Truncation),
                Error(Mean(new F32(l)).V - mean),
                Error(ContinuousBernoulliMean.Apply(new F32(l)).V - mean),
                Error(ContinuousBernoulliMean.Apply(new Bound32(l)).E + ContinuousBernoulli.MeanTruncation));
        }
        return table.ToString();

        static string Error(double error) => double.IsFinite(error)
            ? Math.Abs(error).ToString("0.0E+0", CultureInfo.InvariantCulture)
            : "not a number";
    }

    /// <summary>log (2 artanh(1 − 2λ)/(1 − 2λ)), as the paper has it.</summary>
    static F32 LogC(F32 logit)
    {
        var y = F32.Const(1) - F32.Const(2) * F32.Sigmoid(logit);
        return F32.Log((F32.Log1p(y) - F32.Log1p(-y)) / y);
    }

    /// <summary>λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)), as the paper has it.</summary>
    static F32 Mean(F32 logit)
    {
        var lambda = F32.Sigmoid(logit);
        var y = F32.Const(1) - F32.Const(2) * lambda;
        return F32.Const(1) / (F32.Log1p(y) - F32.Log1p(-y)) - lambda / y;
    }

    /// <summary>
    /// <c>count: pixels components=5 values=256</c>: what one pixel costs, forwards and with adjoints.
    /// </summary>
    public static string Pixels(BlockArguments arguments)
    {
        var table = new Table(
            "Distribution", "Numbers a pixel", "Flops", "Functions", "Flops with adjoints", "Functions with adjoints",
            "Bytes moved");
        Row("Bernoulli", 1, BernoulliNllRows.Cost(1, 1), BernoulliNllRowsWithGrad.Cost(1, 1));
        foreach (var distribution in Enum.GetValues<PixelDistribution>())
        {
            var likelihood = new PixelLikelihood(distribution, distribution switch
            {
                PixelDistribution.Categorical => arguments.Int("values"),
                PixelDistribution.LogisticMixture => arguments.Int("components"),
                _ => 1,
            });
            Row($"{likelihood}", likelihood.Outputs, PixelNllRows.Cost(likelihood, 1, 1),
                PixelNllRowsWithGrad.Cost(likelihood, 1, 1));
        }
        return table.ToString();

        // Without the 8 bytes of a row's sum and its adjoint.
        void Row(string name, int outputs, Cost forward, Cost both) => table.Row(
            name, outputs, forward.Flops, forward.Transcendentals, both.Flops, both.Transcendentals,
            both.BytesRead + both.BytesWritten - 8);
    }

    /// <summary>
    /// <c>count: likelihoods epochs=4</c>: a small VAE on sprites with each; the same bits on every machine.
    /// </summary>
    public static string Trained(BlockArguments arguments)
    {
        var table = new Table("`--likelihood`", "Parameters", "−ELBO, nats", "of it KL", "Bits per dimension", "It is");
        Row("bernoulli", LikelihoodKind.Bernoulli, "a code length, of drawn zeros and ones");
        Row("continuous-bernoulli", LikelihoodKind.ContinuousBernoulli, "a density on [0, 1]");
        Row("gaussian --sigma learn", LikelihoodKind.GaussianLearnt, "a density on the reals");
        Row("logistic", LikelihoodKind.Logistic, "a code length of 256 values");
        Row("logistic-mixture --components 3", LikelihoodKind.LogisticMixture, "a code length of 256 values");
        Row("categorical --values 17", LikelihoodKind.Categorical, "a code length of 17 values");
        return table.ToString();

        void Row(string option, LikelihoodKind kind, string meaning)
        {
            using var device = new HostDevice(1);
            var options = new VaeRunOptions
            {
                Hidden = [64], Latent = 6, BatchSize = 32, Epochs = arguments.Int("epochs"), Likelihood = kind,
                Components = 3, Values = 17,
            };
            var trainer = new VaeTrainer(device, options, Sprites.Load(640, 160, 16));
            trainer.Run(CancellationToken.None);
            var test = trainer.History[^1].Test;
            table.Row(
                $"`{option}`", trainer.Vae.Parameters.Values.Length, Number(test.NegativeElbo, 1), Number(test.Kl, 1),
                Number(test.BitsPerDim, 3), meaning);
        }

        static string Number(double value, int digits) =>
            value.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }
}
