using System.Diagnostics;
using Hybrid.Bench.RealDigits;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.Exactness;

/// <summary>
/// Deep VIB at the paper's sizes on real digits: what must hold of its information plane, whatever the data.
/// </summary>
/// <remarks>
/// Alemi et al. 2017, arXiv:1612.00410, section 4: 784-1024-1024-z256, batches of 100. They train on 60,000
/// digits for 200 epochs and reach 1.13 % at β = 10⁻³; here are 9,000 and 20 epochs, so their errors are no
/// target. What they observe is that the error rises sharply where little room is left for the label.
/// </remarks>
static class DigitBottlenecks
{
    static readonly double[] Betas = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

    public static ExactnessExperiment Experiment => new(
        "vib/digits", "deep VIB 784-1024-1024-z256 on 9,000 real digits, 20 epochs for each of six β", Run)
    {
        Full = true,
    };

    static List<ExactnessRow> Run(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var data = Digits.Load(DigitFolder.For("--full"));
        var plane = Betas.Select(beta => (Beta: beta, Account: Train(open, beta, data))).ToArray();
        var seconds = watch.Elapsed.TotalSeconds;

        var rows = new List<ExactnessRow>();
        foreach (var (beta, account) in plane)
            rows.Add(new(FormattableString.Invariant($"vib/digits/beta={beta}/label-information-beyond-the-rate"), 0,
                Math.Max(0, account.LabelInformation - account.DataInformation), 0, "nats", seconds));
        var inOrder = plane.Zip(plane.Skip(1)).Count(pair =>
            pair.Second.Account.DataInformation < pair.First.Account.DataInformation);
        rows.Add(new("vib/digits/steps-of-beta-that-lower-the-rate", plane.Length - 1, inOrder, 0, "1", seconds));
        // Of each such step both errors and twice their standard errors must be apart.
        var late = plane.Where(point => point.Beta >= 0.1).ToArray();
        var worse = late.Zip(late.Skip(1)).Count(pair =>
        {
            var (before, after) = (pair.First.Account, pair.Second.Account);
            return after.Error - before.Error > 2 * (before.StandardError + after.StandardError);
        });
        rows.Add(new("vib/digits/steps-of-beta-from-0.1-on-that-raise-the-error", late.Length - 1, worse, 0, "1",
            seconds));
        return rows;
    }

    static BottleneckAccount Train(Func<Device> open, double beta, DataSplit data)
    {
        using var device = open();
        var trainer = new VibTrainer(device, new()
        {
            Hidden = [1024, 1024], Latent = 256, Beta = beta, Epochs = 20, LearningRate = 5e-4,
        }, data);
        trainer.Run(_ => { }, CancellationToken.None);
        return trainer.History[^1].Test;
    }
}
