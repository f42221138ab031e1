using Hybrid.Information;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary>What its class says of a test digit, by a network that is told it and that is not.</summary>
/// <param name="EntropyOfClassesNats">H[y], which I(x; y) cannot exceed.</param>
/// <param name="Rows">I(x; y) by each way.</param>
/// <param name="Told">−log P(x | y) by the bound.</param>
/// <param name="ByClass">i(x; y) of the digits of each class.</param>
sealed record ClassesReport(
    double EntropyOfClassesNats, IReadOnlyList<InformationRow> Rows, PicturesEstimate Told,
    IReadOnlyList<ClassRow> ByClass)
{
    /// <param name="trainer">Its network, of averaged parameters.</param>
    /// <param name="test">Digits with their classes.</param>
    /// <param name="free">The bound of each without its class, of the same draws.</param>
    /// <param name="seed">Of the draws.</param>
    public static ClassesReport Of(DiffusionTrainer trainer, Points test, LikelihoodEstimate free, ulong seed)
    {
        var answer = trainer.Options.Answer;
        var information = ClassInformation.Of(trainer.Average, answer, trainer.Scale, test, seed);
        var estimate = information.Estimate;
        var told = new PictureLikelihood(trainer.Average, answer, test, told: true).Bound(seed);
        var gained = SampleMean.Of([.. free.Rows.Zip(told.Rows, (without, with) => without - with)]);
        return new(information.EntropyOfClasses,
            [
                new("difference of bounds", gained.Mean, gained.StandardError),
                new("difference of errors", estimate.Nats, estimate.StandardError),
                new("difference of answers", estimate.OrthogonalNats, estimate.OrthogonalStandardError),
            ],
            PicturesEstimate.Of("vlb, told", told, test.D),
            [
                .. Enumerable.Range(0, trainer.Denoiser.Classes).Select(y =>
                {
                    double[] rows = [.. estimate.Pointwise.Where((_, n) => test.Classes![n] == y)];
                    var (mean, error) = SampleMean.Of(rows);
                    return new ClassRow(y, rows.Length, mean, error);
                }),
            ]);
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Told}\nH[y] {EntropyOfClassesNats:F3} nats; I(x; y)")
        + string.Concat(Rows.Select(row => FormattableString.Invariant(
            $" │ {row.By} {row.Nats:F3} ±{row.StandardErrorNats:F3}")));
}

/// <summary>I(x; y), nats.</summary>
/// <param name="By">Which way.</param>
/// <param name="Nats">The estimate.</param>
/// <param name="StandardErrorNats">Of it, over the digits.</param>
sealed record InformationRow(string By, double Nats, double StandardErrorNats);

/// <summary>The mean of i(x; y) over the digits of one class, nats.</summary>
/// <param name="Class">y.</param>
/// <param name="Digits">How many.</param>
/// <param name="Nats">The mean, by the difference of errors.</param>
/// <param name="StandardErrorNats">Of it.</param>
sealed record ClassRow(int Class, int Digits, double Nats, double StandardErrorNats);
