using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.Exactness;

/// <summary>Networks that were told which piece of a known density a point is of: I(x; y) three ways.</summary>
/// <remarks>
/// The networks of <see cref="TrainedDiffusions"/>, told classes of half of the rows: told nine tenths of them,
/// as for guidance, a network learns p(x) so much worse than p(x | y) that both differences are far above H[y]
/// (chapter 28).
/// </remarks>
static class TrainedConditions
{
    const string Data = "moons";

    const int Rows = 1000, Epochs = 160;

    const ulong Seed = 1;

    /// <summary>
    /// What a network may not have learnt of blurred curves, nats, as in <see cref="TrainedDiffusions"/>.
    /// </summary>
    const double Unlearnt = 0.1;

    public static ExactnessExperiment Experiment => new("conditional-mi/trained/moons",
        $"a diffusion 2-3×128 of 10,000 points of {Data}, half of them with their piece, {Epochs} epochs; I(x; y) of"
        + $" {Rows:N0} others", Run)
    {
        Full = true,
    };

    static ExactnessRow[] Run(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        using var device = open();
        var options = new DiffusionRunOptions
        {
            Data = Data, Epochs = Epochs, Seed = Seed, Classes = true, ClassDropout = 0.5,
        }.Validated();
        var trainer = new DiffusionTrainer(device, options, Points.Load(Data, Seed));
        trainer.Run(_ => { }, CancellationToken.None);
        var points = Points.ToEvaluate(Data, Rows, Seed);
        var information = ClassInformation.Of(trainer.Average, options.Answer, trainer.Scale, points, Seed);
        double[] Bound(bool told) =>
            new DiffusionEvaluation(trainer.Average, options.Answer, trainer.Scale, points, told).Bound(Seed).Rows;
        var bounds = SampleMean.Of([.. Bound(false).Zip(Bound(true), (free, told) => free - told)]);
        var exact = information.Exact!.Average();
        var seconds = watch.Elapsed.TotalSeconds;
        ExactnessRow Row(string by, double measured) =>
            new($"conditional-mi/trained/{Data}/{by}", exact, measured, Unlearnt, "nats", seconds);
        return
        [
            Row("errors", information.Estimate.Nats), Row("answers", information.Estimate.OrthogonalNats),
            Row("bounds", bounds.Mean),
        ];
    }
}
