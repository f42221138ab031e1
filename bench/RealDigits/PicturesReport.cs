using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Training;

namespace Hybrid.Bench.RealDigits;

/// <summary>−log P of test digits: a bound from above, but for the error of its draws.</summary>
/// <param name="Name"><c>vlb</c> or <c>itd</c>.</param>
/// <param name="Nats">A picture.</param>
/// <param name="StandardErrorNats">Of it.</param>
/// <param name="BitsPerDim">nats / (D ln 2), of 256 levels of grey.</param>
/// <param name="StandardErrorBitsPerDim">Of it.</param>
sealed record PicturesEstimate(
    string Name, double Nats, double StandardErrorNats, double BitsPerDim, double StandardErrorBitsPerDim)
{
    public static PicturesEstimate Of(string name, LikelihoodEstimate estimate, int D)
    {
        var bit = D * Math.Log(2);
        return new(name, estimate.Nats, estimate.StandardError, estimate.Nats / bit, estimate.StandardError / bit);
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Name} {Nats:F1} ±{StandardErrorNats:F1} nats a picture")
        + FormattableString.Invariant($", {BitsPerDim:F3} ±{StandardErrorBitsPerDim:F3} bits/dim");
}

/// <summary>One run, and what it is worth.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Device">On what it was evaluated.</param>
/// <param name="Command">What to type for it.</param>
/// <param name="Options">How it was trained; where the data lie is left out.</param>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="TrainingImages">Digits to train on.</param>
/// <param name="TestImages">Digits to evaluate on.</param>
/// <param name="TrainingSeconds">Of all steps, whatever else the machine did.</param>
/// <param name="ProcessorSecondsPerEpoch">
/// Of all threads, in the epochs that this process trained; null where it trained none. A core that is shared makes the
/// clock run longer, and this hardly.
/// </param>
/// <param name="Epochs">Each of them.</param>
/// <param name="Estimates">Of the average of the parameters.</param>
/// <param name="ParametersHash">Of that average: the same on every device.</param>
sealed record PicturesReport(
    MachineFacts Machine, string Device, string Command, JsonNode Options, long Parameters, int TrainingImages,
    int TestImages, double TrainingSeconds, double? ProcessorSecondsPerEpoch, IReadOnlyList<DiffusionReport> Epochs,
    IReadOnlyList<PicturesEstimate> Estimates, string ParametersHash)
{
    /// <summary>What classes are worth, where the network was told them.</summary>
    public ClassesReport? Classes { get; init; }

    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static PicturesReport Of(
        DiffusionTrainer trainer, int testImages, double? processorSecondsPerEpoch, IReadOnlyList<PicturesEstimate> estimates)
    {
        var options = JsonNode.Parse(trainer.Options.ToJson())!.AsObject();
        options.Remove("data");
        var device = trainer.Denoiser.Device;
        return new(
            MachineFacts.Here(), device.Description, "dotnet run --project bench -- pictures --network "
                + trainer.Options.Network.ToString().ToLowerInvariant()
                + (trainer.Options.Classes ? " --classes" : ""), options,
            trainer.Denoiser.Parameters.Values.Length, trainer.Data.N, testImages,
            trainer.History.Sum(epoch => trainer.StepsPerEpoch / epoch.StepsPerSecond), processorSecondsPerEpoch,
            trainer.History, estimates,
            Training.ParametersHash.Of(device, trainer.Average.Parameters));
    }
}
