using System.Diagnostics;
using System.Text.Json.Serialization;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary>What a run ended with, on the test set after its last epoch, nats per image.</summary>
/// <param name="Model">Of the study.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="NegativeElboNats">By one draw of each posterior.</param>
/// <param name="StandardErrorNats">Of −ELBO, over the images.</param>
/// <param name="ReconstructionNats">E[−log p(x | z)].</param>
/// <param name="KlNats">The rate.</param>
/// <param name="MutualInformationNats">I_q(n; z).</param>
/// <param name="MutualInformationCeilingNats">ln N.</param>
/// <param name="MarginalKlNats">KL(q(z) ‖ p(z)).</param>
/// <param name="ActiveUnits">Latent dimensions in use.</param>
/// <param name="NllNats">−log p(x) by importance sampling; null where the study asks for none.</param>
/// <param name="NllStandardErrorNats">Of it, over the images.</param>
/// <param name="NllSamplingErrorNats">Of it, over the draws.</param>
/// <param name="EffectiveSamples">Draws that carry the weight.</param>
/// <param name="TrainingSeconds">Without evaluation.</param>
/// <param name="NllSeconds">Of the importance sampling.</param>
/// <param name="ParametersHash">Equal where every bit of every parameter is.</param>
sealed record DigitResult(
    string Model, ulong Seed, double NegativeElboNats, double StandardErrorNats, double ReconstructionNats,
    double KlNats, double MutualInformationNats, double MutualInformationCeilingNats, double MarginalKlNats,
    int ActiveUnits, double? NllNats, double? NllStandardErrorNats, double? NllSamplingErrorNats,
    double? EffectiveSamples, double TrainingSeconds, double? NllSeconds, string ParametersHash)
{
    /// <summary>−log p(x) of each test image, nats: equal places are the same image in every run.</summary>
    [JsonIgnore]
    public double[] Each { get; init; } = [];

    /// <summary>Trains a model from a seed and measures it.</summary>
    public static DigitResult Of(Func<Device> open, DigitStudy study, DigitModel model, ulong seed, DataSplit data)
    {
        using var device = open();
        var trainer = new VaeTrainer(device, (model.Options with { Seed = seed }).Validated(), data);
        trainer.Run(CancellationToken.None);
        var (elbo, rate) = trainer.Evaluation.Account();
        var watch = Stopwatch.StartNew();
        var weights = study.Draws > 0 ? trainer.Evaluation.Weights(study.Draws) : [];
        var nll = study.Draws > 0 ? NllEstimate.Of(weights) : null;
        return new(
            model.Name, seed, elbo.NegativeElbo, elbo.StandardError, elbo.Reconstruction, elbo.Kl,
            rate.MutualInformation, rate.Ceiling, rate.MarginalKl, elbo.ActiveUnits, nll?.Nll, nll?.StandardError,
            nll?.SamplingError, nll?.EffectiveSamples, trainer.History[^1].TrainingSeconds,
            nll is null ? null : watch.Elapsed.TotalSeconds, Training.ParametersHash.Of(device, trainer.Vae.Parameters))
        {
            Each = [.. weights.Select(weight => -weight.LogMean)],
        };
    }

    public override string ToString() => FormattableString.Invariant($"{Model,-18} seed {Seed} │ ")
        + (NllNats is { } nll
            ? FormattableString.Invariant($"−log p ≤ {nll,8:F3} ±{NllStandardErrorNats:F2} in {NllSeconds:F0} s │ ")
            : "")
        + FormattableString.Invariant($"−ELBO {NegativeElboNats,8:F3} ±{StandardErrorNats:F2}")
        + FormattableString.Invariant($" = recon {ReconstructionNats:F3} + KL {KlNats:F3}")
        + FormattableString.Invariant($" │ I_q {MutualInformationNats:F3} │ trained in {TrainingSeconds:F0} s");
}
