using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Bench.RealDigits;

/// <summary>An epoch of a run, on the test set, nats per image.</summary>
/// <param name="Model">Of the study.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Epoch">1, 2, …</param>
/// <param name="InformationNats">I(x; y) of q(y | x).</param>
/// <param name="CeilingNats">min(ln C, ln N).</param>
/// <param name="MarginalKlNats">KL(q(y) ‖ p(y)) of the mean prediction.</param>
/// <param name="UnlabelledBoundNats">U, an upper bound of −log p(x).</param>
/// <param name="ReconstructionNats">Of it.</param>
/// <param name="RateNats">KL(q(z | x, y) ‖ p(z)), of it.</param>
/// <param name="LabelledBoundNats">L, an upper bound of −log p(x, y).</param>
/// <param name="CrossEntropyNats">−log q(y | x) of the true classes.</param>
/// <param name="ErrorPercent">Wrong classes.</param>
/// <param name="ErrorStandardErrorPercent">Of it, over the images.</param>
sealed record LabelResult(
    string Model, ulong Seed, int Epoch, double InformationNats, double CeilingNats, double MarginalKlNats,
    double UnlabelledBoundNats, double ReconstructionNats, double RateNats, double LabelledBoundNats,
    double CrossEntropyNats, double ErrorPercent, double ErrorStandardErrorPercent)
{
    public static LabelResult Of(string model, ulong seed, int epoch, M2Account test) => new(
        model, seed, epoch, test.Information, test.InformationCeiling, test.ClassMarginalKl, test.UnlabelledBound,
        test.Reconstruction, test.Rate, test.LabelledBound, test.CrossEntropy, 100 * test.Error,
        100 * test.StandardError);

    public override string ToString() => FormattableString.Invariant(
        $"{Model,-16} seed {Seed} epoch {Epoch,2} │ error {ErrorPercent:F1} ±{ErrorStandardErrorPercent:F1} %")
        + FormattableString.Invariant($" │ I(x;y) {InformationNats:F4} of {CeilingNats:F4} nats")
        + FormattableString.Invariant($" │ U {UnlabelledBoundNats:F2} │ L {LabelledBoundNats:F2}");
}

/// <summary>A model over its seeds, after the last epoch: means, and the least and greatest error.</summary>
sealed record LabelSummary(
    string Name, JsonNode Options, int Runs, double InformationNats, double UnlabelledBoundNats,
    double LabelledBoundNats, double RateNats, double ErrorPercent, double LeastErrorPercent,
    double GreatestErrorPercent)
{
    public static LabelSummary Of(LabelModel model, IReadOnlyList<LabelResult> runs)
    {
        var options = JsonNode.Parse(model.Options.ToJson())!.AsObject();
        // Where data lie and which seed it was is not the model's.
        options.Remove("data");
        options.Remove("seed");
        return new(
            model.Name, options, runs.Count, runs.Average(run => run.InformationNats),
            runs.Average(run => run.UnlabelledBoundNats), runs.Average(run => run.LabelledBoundNats),
            runs.Average(run => run.RateNats), runs.Average(run => run.ErrorPercent),
            runs.Min(run => run.ErrorPercent), runs.Max(run => run.ErrorPercent));
    }
}

/// <summary>Everything that the study measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Device">On what.</param>
/// <param name="Command">What to type for it.</param>
/// <param name="TrainingImages">Digits to train on.</param>
/// <param name="TestImages">Digits that all figures are of.</param>
/// <param name="Seconds">All of it took.</param>
/// <param name="Models">In the study's order.</param>
/// <param name="Epochs">Of the first seed's runs.</param>
/// <param name="Runs">The last epoch of each.</param>
sealed record LabelReport(
    MachineFacts Machine, string Device, string Command, int TrainingImages, int TestImages, double Seconds,
    IReadOnlyList<LabelSummary> Models, IReadOnlyList<LabelResult> Epochs, IReadOnlyList<LabelResult> Runs)
{
    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
