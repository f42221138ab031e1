using System.Diagnostics;
using Hybrid.Information.Metrics;

namespace Hybrid.Bench.Exactness;

/// <summary>Scores of disentanglement on codes that were made from the factors by a rule.</summary>
/// <remarks>
/// A dimension for each factor must have 1 everywhere. An orthogonal mixture holds all information and has no dimension
/// for anything; a code that knows nothing has 0, and guesses among four factors.
/// </remarks>
static class Metrics
{
    const int N = 10_000;

    /// <summary>What the scores of a code are.</summary>
    sealed record Known(
        ConstructedCodes Codes, double Gap, double Disentanglement, double Informativeness, double Recognised);

    static readonly double Guess = 1.0 / 4;

    /// <summary>Each weight of the lasso is α short, which leaves α² of the variance unexplained.</summary>
    static readonly double AllExplained = 1 - DciScores.Penalty * DciScores.Penalty;

    static readonly Known[] Table =
    [
        new(ConstructedCodes.Perfect, 1, 1, AllExplained, 1),
        // Four weights of ½, each α short: four times α² is left.
        new(ConstructedCodes.Rotated, 0, 0, 1 - 4 * DciScores.Penalty * DciScores.Penalty, Guess),
        new(ConstructedCodes.Unrelated, 0, 0, 0, Guess),
    ];

    public static IEnumerable<ExactnessExperiment> Experiments => Table.Select(known => new ExactnessExperiment(
        $"metrics/{known.Codes}", "scores of disentanglement on codes that were made by a rule", _ => Run(known)));

    static ExactnessRow[] Run(Known known)
    {
        var watch = Stopwatch.StartNew();
        var codes = LabelledCodes.Draw(known.Codes, N, new(1));
        var (mig, sap, dci) = (
            MutualInformationGap.Of(codes).Score, SeparatedAttributePredictability.Of(codes).Score, DciScores.Of(codes));
        var (betaVae, factorVae) = (BetaVaeScore.Of(known.Codes, new(1)), FactorVaeScore.Of(known.Codes, new(1)));
        // Between unrelated columns: four standard deviations of a squared correlation's root, and of an accuracy.
        var chance = 4 / Math.Sqrt(N);
        var accuracy = known.Recognised == 1 ? 0 : 4 * Math.Sqrt(Guess * (1 - Guess) / BetaVaeScore.Test);
        var seconds = watch.Elapsed.TotalSeconds;
        ExactnessRow Row(string score, double exact, double measured, double tolerance) =>
            new($"metrics/{known.Codes}/{score}", exact, measured, tolerance, "1", seconds);
        return
        [
            Row("mig", known.Gap, mig, chance), Row("sap", known.Gap, sap, chance),
            Row("dci-disentanglement", known.Disentanglement, dci.Disentanglement, chance),
            Row("dci-completeness", known.Disentanglement, dci.Completeness, chance),
            Row("dci-informativeness", known.Informativeness, dci.Informativeness, chance),
            Row("beta-vae-score", known.Recognised, betaVae, accuracy),
            Row("factor-vae-score", known.Recognised, factorVae, accuracy),
        ];
    }
}
