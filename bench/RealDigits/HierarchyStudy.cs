using System.Diagnostics;
using System.Globalization;
using Hybrid.Bench.Exactness;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary>A hierarchy of the study.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">How it is trained.</param>
sealed record HierarchyModel(string Name, HierarchyRunOptions Options);

/// <summary>What a hierarchy ended with, on the test set after its last epoch, nats per image.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="NllNats">−log p(x) by importance sampling over all levels.</param>
/// <param name="NllStandardErrorNats">Of it, over the images.</param>
/// <param name="EffectiveSamples">Draws that carry the weight.</param>
/// <param name="LessNats">
/// NllNats less the first model's from the same seed, image by image: below 0 it is better.
/// </param>
/// <param name="LessStandardErrorNats">Of it, over the images.</param>
/// <param name="NegativeElboNats">By one draw of each posterior.</param>
/// <param name="ReconstructionNats">E[−log p(x | z_1)].</param>
/// <param name="RatesNats">Of z_1, z_2, …, two decimals each.</param>
/// <param name="ActiveUnits">Of z_1, z_2, …</param>
/// <param name="InformationNats">I_q(n; z) of the level whose posterior given x is a Gaussian.</param>
/// <param name="TrainingSeconds">Without evaluation.</param>
/// <param name="ParametersHash">Equal where every bit of every parameter is.</param>
sealed record HierarchyResult(
    string Name, ulong Seed, double NllNats, double NllStandardErrorNats, double EffectiveSamples, double LessNats,
    double LessStandardErrorNats, double NegativeElboNats, double ReconstructionNats, string RatesNats,
    string ActiveUnits, double InformationNats, double TrainingSeconds, string ParametersHash)
{
    public override string ToString() => FormattableString.Invariant($"{Name,-24} seed {Seed} │ −log p ≤ {NllNats:F2}")
        + FormattableString.Invariant($" ±{NllStandardErrorNats:F2} ({LessNats:+0.00;−0.00}")
        + FormattableString.Invariant($" ±{LessStandardErrorNats:F2}) │ −ELBO {NegativeElboNats:F2}")
        + FormattableString.Invariant($" = {ReconstructionNats:F2} + {RatesNats}")
        + FormattableString.Invariant($" │ AU {ActiveUnits} │ {TrainingSeconds:F0} s");
}

/// <summary>Everything that the study measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Device">On what.</param>
/// <param name="Command">What to type for it.</param>
/// <param name="TrainingImages">Digits to train on.</param>
/// <param name="TestImages">Digits that all figures are of.</param>
/// <param name="Draws">K of −log p(x).</param>
/// <param name="Seconds">All of it took.</param>
/// <param name="Models">In the study's order, from each seed.</param>
sealed record HierarchyStudyReport(
    MachineFacts Machine, string Device, string Command, int TrainingImages, int TestImages, int Draws,
    double Seconds, IReadOnlyList<HierarchyResult> Models)
{
    /// <summary>The day of the run, UTC.</summary>
    public string Date { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>One, two and three levels, up and down, trained on the same real digits.</summary>
/// <param name="Models">The first is what the others are held against.</param>
/// <param name="Seeds">Of each model.</param>
/// <param name="Draws">K of the importance-sampled −log p(x).</param>
sealed record HierarchyStudy(IReadOnlyList<HierarchyModel> Models, IReadOnlyList<ulong> Seeds, int Draws)
{
    static readonly VaeRunOptions Common = new()
    {
        Hidden = [200, 200], Epochs = 30, BatchSize = 50, Schedule = LearningRateSchedule.Linear,
    };

    const string WarmUp = "anneal:15";

    static HierarchyModel Of(string name, Inference inference, string remedy, params int[] latents) => new(
        name, new(Common with { Remedy = remedy })
        {
            Latents = latents, Between = [100], Inference = inference,
        });

    /// <summary>The VAE of <c>bench -- nll</c> and levels above it.</summary>
    public static HierarchyStudy Digits { get; } = new(
        [
            Of("1 level", Inference.BottomUp, "none", 40),
            Of("2 levels up", Inference.BottomUp, "none", 40, 20),
            Of("2 levels down", Inference.TopDown, "none", 40, 20),
            Of("1 level, warm-up", Inference.BottomUp, WarmUp, 40),
            Of("2 levels up, warm-up", Inference.BottomUp, WarmUp, 40, 20),
            Of("2 levels down, warm-up", Inference.TopDown, WarmUp, 40, 20),
            Of("3 levels up, warm-up", Inference.BottomUp, WarmUp, 40, 20, 10),
            Of("3 levels down, warm-up", Inference.TopDown, WarmUp, 40, 20, 10),
        ], [1, 2], 500);

    /// <summary>One epoch, one seed and few draws, for a look at the command.</summary>
    public HierarchyStudy Quick() => new(
        [
            .. Models.Select(model => model with
            {
                Options = model.Options with { Vae = model.Options.Vae with { Epochs = 1 } },
            }),
        ], [1], Math.Min(Draws, 20));

    /// <summary>Trains and measures every model, a line each.</summary>
    public HierarchyStudyReport Run(Func<Device> open, DataSplit data, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var description = ExactnessDevice.Describe(open);
        output.WriteLine(
            $"{description} · nats per image, of {data.Test.N:N0} test images, {Draws} draws each");
        var results = new List<HierarchyResult>();
        var first = new Dictionary<ulong, double[]>();
        foreach (var model in Models)
            foreach (var seed in Seeds)
            {
                var (result, each) = Train(open, model, seed, data, first.GetValueOrDefault(seed, []));
                first.TryAdd(seed, each);
                results.Add(result);
                output.WriteLine(result);
            }
        return new(
            MachineFacts.Here(), description, "dotnet run --project bench -- hierarchy", data.Train.N,
            data.Test.N, Draws, watch.Elapsed.TotalSeconds, results);
    }

    (HierarchyResult Result, double[] Each) Train(
        Func<Device> open, HierarchyModel model, ulong seed, DataSplit data, double[] first)
    {
        using var device = open();
        var options = model.Options with { Vae = model.Options.Vae with { Seed = seed } };
        var trainer = new HierarchyTrainer(device, options.Validated(), data);
        trainer.Run(_ => { }, CancellationToken.None);
        var (account, weights) = (trainer.History[^1].Test, trainer.Evaluation.Weights(Draws));
        var nll = NllEstimate.Of(weights);
        double[] each = [.. weights.Select(weight => -weight.LogMean)];
        double[] less = [.. each.Select((nats, n) => first.Length == 0 ? 0 : nats - first[n])];
        var mean = less.Average();
        return (new(
            model.Name, seed, nll.Nll, nll.StandardError, nll.EffectiveSamples, mean,
            Math.Sqrt(less.Sum(value => (value - mean) * (value - mean))) / less.Length, account.NegativeElbo,
            account.Reconstruction,
            string.Join(
                " + ", account.Levels.Select(level => FormattableString.Invariant($"{level.Rate:F2}"))),
            string.Join(", ", account.Levels.Select(level => level.ActiveUnits)),
            account.Levels.Sum(level => level.MutualInformation ?? 0), trainer.History[^1].TrainingSeconds,
            Training.ParametersHash.Of(device, trainer.Vae.Parameters)), each);
    }
}
