using System.CommandLine;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Bench.RealDigits;

/// <summary>One prior of one VAE, in nats per test image.</summary>
/// <param name="Beta">β that the VAE was trained with; the account is that of β = 1.</param>
/// <param name="Prior">Its own, or a diffusion's by one of its likelihoods.</param>
/// <param name="NegativeElbo">Distortion and rate.</param>
/// <param name="Distortion">E −log p(x | z): the same for all priors.</param>
/// <param name="Rate">E log q(z | x) − log p(z).</param>
/// <param name="RateStandardError">Of it, over the images.</param>
/// <param name="MutualInformation">I_q(n; z), what the best prior's rate would be: the same for all.</param>
/// <param name="MarginalKl">KL(q(z) ‖ p(z)).</param>
sealed record LatentRow(
    double Beta, string Prior, double NegativeElbo, double Distortion, double Rate, double RateStandardError,
    double MutualInformation, double MarginalKl)
{
    public static LatentRow Of(double beta, string prior, LatentAccount account) => new(
        beta, prior, account.NegativeElbo, account.Distortion, account.Rate,
        account.RateStandardError, account.MutualInformation, account.MarginalKl);

    public override string ToString() => FormattableString.Invariant(
        $"β = {Beta,-4} {Prior,-13} −ELBO {NegativeElbo:F2} = {Distortion:F2} + {Rate:F2}")
        + FormattableString.Invariant($" │ KL(q(z) ‖ p(z)) {MarginalKl:F2}, I_q {MutualInformation:F2}");
}

/// <summary>What <c>bench latent</c> measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Command">What to type for it.</param>
/// <param name="Date">The day, UTC.</param>
/// <param name="TrainingImages">Digits to train on.</param>
/// <param name="TestImages">Digits that all figures are of.</param>
/// <param name="Rows">A prior each.</param>
sealed record LatentReport(
    MachineFacts Machine, string Command, string Date, int TrainingImages, int TestImages,
    IReadOnlyList<LatentRow> Rows);

/// <summary><c>bench latent</c>: VAEs of real digits, and diffusions of their codes for a prior.</summary>
static class LatentCommand
{
    /// <summary>Of the draws of an evaluation.</summary>
    const ulong Seed = 1;

    static readonly double[] Betas = [1, 0.25];

    public static VaeRunOptions Vae { get; } = new() { Hidden = [400], Latent = 20, Epochs = 20 };

    public static DiffusionRunOptions Prior { get; } = new()
    {
        Width = 256, Layers = 3, BatchSize = 256, Epochs = 20, Clip = 1,
    };

    public static Command New(StudyCommands studies) => studies.New(
        "latent", "Train VAEs and diffusions of their codes on 9,000 real digits; it takes minutes.",
        asked =>
        {
            var vae = Vae with { Data = DigitFolder.For("latent") };
            var (prior, rows) = (Prior, int.MaxValue);
            if (asked.Quick)
                (vae, prior, rows) = (vae with { Epochs = 1 }, Prior with { Epochs = 1, Width = 16 }, 50);
            return Run(asked.Open, vae, prior, rows, asked.Output);
        });

    /// <summary>Trains both halves for each β, and accounts for the test images with every prior.</summary>
    internal static LatentReport Run(
        Func<Device> open, VaeRunOptions vae, DiffusionRunOptions prior, int rows, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-bench-latent-");
        try
        {
            var all = new List<LatentRow>();
            int train = 0, test = 0;
            foreach (var beta in Betas)
            {
                var path = Path.Combine(folder.FullName, FormattableString.Invariant($"vae-{beta}"));
                using var device = open();
                var run = VaeRun.Start(device, vae with { Beta = beta }, path);
                run.Run(CancellationToken.None);
                var latent = LatentCodes.Of(LatentCodes.Prefix + path);
                var (points, codes) = (latent.ToTrain(), latent.ToEvaluate(rows));
                (train, test) = (run.Trainer.TrainingSet.N, codes.N);
                var trainer = new DiffusionTrainer(device, prior.Validated(), points);
                trainer.Run(_ => { }, CancellationToken.None);
                var evaluation = new DiffusionEvaluation(
                    trainer.Average, prior.Answer, trainer.Scale, codes.Points);
                foreach (var row in Accounts(beta, codes, evaluation))
                {
                    all.Add(row);
                    output.WriteLine(row);
                }
            }
            return new(MachineFacts.Here(), "dotnet run --project bench -- latent",
                DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), train, test, all);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static IEnumerable<LatentRow> Accounts(double beta, VaeCodes codes, DiffusionEvaluation evaluation)
    {
        var accounts = new LatentAccounts(codes);
        yield return LatentRow.Of(beta, "its own", accounts.Own);
        yield return LatentRow.Of(beta, "diffusion, vlb", accounts.With(evaluation.Bound(Seed)));
        yield return LatentRow.Of(beta, "diffusion, itd", accounts.With(evaluation.Immse(Seed)));
    }
}
