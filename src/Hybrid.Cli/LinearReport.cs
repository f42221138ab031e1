using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary>The closed-form optimum of a linear VAE beside what training reached.</summary>
sealed class LinearReport
{
    readonly LinearOptimum? optimum;
    readonly LinearComparison? train, test;

    LinearReport(LinearOracle oracle, LinearEvaluation trained, ImageSet trainingSet, ImageSet testSet) =>
        (optimum, train, test) =
            (oracle.Optimum, oracle.Compare(trained, trainingSet), oracle.Compare(trained, testSet));

    /// <summary>Null where no closed form is known.</summary>
    public static LinearReport? Of(VaeRunOptions options, Vae vae, ImageSet trainingSet, ImageSet testSet) =>
        LinearOracle.Knows(options)
            ? new(new(options, trainingSet), new(vae), trainingSet, testSet)
            : null;

    public void Write(TextWriter writer)
    {
        if (optimum is null || train is null || test is null)
        {
            writer.WriteLine("linear optimum: none, z has a dimension for all that varies and σ falls to 0");
            return;
        }
        writer.WriteLine(FormattableString.Invariant(
            $"linear optimum (probabilistic PCA) · σ {Math.Sqrt(optimum.DecoderVariance):F4}")
            + FormattableString.Invariant($" · AU {optimum.ActiveUnits} · nats per image, no draws"));
        Write(writer, "training set", train);
        Write(writer, "test set", test);
    }

    static void Write(TextWriter writer, string set, LinearComparison comparison)
    {
        writer.WriteLine($"{set,-12} optimum │ {Text(comparison.Optimum)}");
        writer.WriteLine($"{"",-12} reached │ {Text(comparison.Reached)}"
            + FormattableString.Invariant($" │ gap {comparison.Gap:F4}"));
    }

    static string Text(in ElboAccount account) => FormattableString.Invariant(
        $"−ELBO {account.NegativeElbo,8:F3} = recon {account.Reconstruction,8:F3} + KL {account.Kl,7:F3}")
        + $" │ AU {account.ActiveUnits,2}";

    /// <summary>The same; the optimum is null where there is none.</summary>
    public JsonObject Json() => new()
    {
        ["sigma"] = optimum is null ? null : Math.Sqrt(optimum.DecoderVariance),
        ["training"] = Json(train),
        ["test"] = Json(test),
    };

    static JsonObject? Json(LinearComparison? comparison) => comparison is null ? null : new()
    {
        ["optimum"] = Terms(comparison.Optimum),
        ["reached"] = Terms(comparison.Reached),
        ["objectiveGapNats"] = VaeResult.Number(comparison.Gap),
    };

    static JsonObject Terms(in ElboAccount account) => new()
    {
        ["negativeElboNats"] = VaeResult.Number(account.NegativeElbo),
        ["reconstructionNats"] = VaeResult.Number(account.Reconstruction),
        ["klNats"] = VaeResult.Number(account.Kl),
        ["activeUnits"] = account.ActiveUnits,
    };
}
