using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Devices;

namespace Hybrid.Bench.RealDigits;

/// <summary>A model over its seeds.</summary>
/// <param name="Name">Of the study.</param>
/// <param name="Options">How it was trained.</param>
/// <param name="Runs">Seeds.</param>
/// <param name="NegativeElboNats">Mean over the seeds, like the next.</param>
/// <param name="NllNats">Null where the study asks for none, like the following.</param>
/// <param name="NllStandardErrorNats">Of it, over the images.</param>
/// <param name="NllApartNats">The largest less the smallest of the seeds.</param>
/// <param name="EffectiveSamples">Mean over the seeds.</param>
/// <param name="PublishedNats">In the literature, on other sizes.</param>
sealed record DigitSummary(
    string Name, JsonNode Options, int Runs, double NegativeElboNats, double? NllNats, double? NllStandardErrorNats,
    double? NllApartNats, double? EffectiveSamples, double? PublishedNats);

/// <summary>−log p(x) of one model less that of another, image by image: what images cost both is gone.</summary>
/// <param name="First">Whose is taken.</param>
/// <param name="Second">Whose is taken off.</param>
/// <param name="Nats">Mean over images and seeds: above 0 the second model is better.</param>
/// <param name="StandardErrorNats">Of it, over the images, each one's mean over the seeds.</param>
/// <param name="LeastNats">Of the seeds.</param>
/// <param name="GreatestNats">Of the seeds.</param>
/// <param name="PublishedNats">The same difference in the literature.</param>
sealed record DigitDifference(
    string First, string Second, double Nats, double StandardErrorNats, double LeastNats, double GreatestNats,
    double PublishedNats);

/// <summary>Everything that a study measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Device">On what.</param>
/// <param name="Command">What to type for it.</param>
/// <param name="TrainingImages">Digits to train on.</param>
/// <param name="TestImages">Digits that all figures are of.</param>
/// <param name="Draws">K of −log p(x); 0 where it was not asked for.</param>
/// <param name="Seconds">All of it took.</param>
/// <param name="Models">In the study's order.</param>
/// <param name="Differences">Between models whose figures are published, in the published order.</param>
/// <param name="Runs">Each by itself.</param>
sealed record DigitReport(
    MachineFacts Machine, string Device, string Command, int TrainingImages, int TestImages, int Draws,
    double Seconds, IReadOnlyList<DigitSummary> Models, IReadOnlyList<DigitDifference> Differences,
    IReadOnlyList<DigitResult> Runs)
{
    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A model's runs, together.</summary>
    public static DigitSummary Summary(DigitModel model, IReadOnlyList<DigitResult> runs)
    {
        var options = JsonNode.Parse(model.Options.ToJson())!.AsObject();
        // Where data lie and which seed it was is not the model's.
        options.Remove("data");
        options.Remove("seed");
        var measured = runs[0].NllNats is not null;
        return new(
            model.Name, options, runs.Count, runs.Average(run => run.NegativeElboNats), runs.Average(run => run.NllNats),
            measured ? Error(Mean(runs)) : null, runs.Max(run => run.NllNats) - runs.Min(run => run.NllNats),
            runs.Average(run => run.EffectiveSamples), model.PublishedNats);
    }

    /// <summary>Two models' runs of the same seeds, beside one another.</summary>
    public static DigitDifference Difference(
        DigitModel first, IReadOnlyList<DigitResult> ofFirst, DigitModel second, IReadOnlyList<DigitResult> ofSecond)
    {
        double[] each = [.. Mean(ofFirst).Zip(Mean(ofSecond), (a, b) => a - b)];
        double[] seeds = [.. ofFirst.Zip(ofSecond, (a, b) => a.NllNats!.Value - b.NllNats!.Value)];
        return new(
            first.Name, second.Name, each.Average(), Error(each), seeds.Min(), seeds.Max(),
            first.PublishedNats!.Value - second.PublishedNats!.Value);
    }

    /// <summary>Of each image, over the runs.</summary>
    static double[] Mean(IReadOnlyList<DigitResult> runs) =>
        [.. runs[0].Each.Select((_, i) => runs.Average(run => run.Each[i]))];

    /// <summary>Of the mean.</summary>
    static double Error(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean))) / values.Length;
    }
}
