using System.Text.Json.Nodes;
using Hybrid.Information.Metrics;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary><c>hybrid evaluate --metrics</c>: how the known factors of sprites lie in a code.</summary>
static class Disentanglement
{
    /// <summary>Sprites behind MIG, SAP and DCI, each with every factor drawn by itself.</summary>
    const int Examples = 10_000;

    const int Seed = 1;

    /// <exception cref="UserError">The images have other labels than the five factors, or none.</exception>
    public static void RequireFactors(ImageSet images)
    {
        if (!images.LabelNames.SequenceEqual(Sprites.FactorNames))
            throw new UserError(
                "--metrics", $"{images.Name} has no known factors", "leave it out, or give --data sprites");
    }

    public static JsonObject Of(Vae vae, VaeCheckpoint checkpoint)
    {
        var source = new SpriteCodes(vae, checkpoint.Height, checkpoint.Options.Binarize);
        var random = new Random(Seed);
        var codes = LabelledCodes.Draw(source, Examples, random);
        var (mig, sap, dci) = (
            MutualInformationGap.Of(codes), SeparatedAttributePredictability.Of(codes), DciScores.Of(codes));
        return new()
        {
            ["examples"] = Examples,
            ["mig"] = mig.Score,
            ["migPerFactor"] = PerFactor(mig.PerFactor),
            ["sap"] = sap.Score,
            ["sapPerFactor"] = PerFactor(sap.PerFactor),
            ["dciDisentanglement"] = dci.Disentanglement,
            ["dciCompleteness"] = dci.Completeness,
            ["dciInformativeness"] = dci.Informativeness,
            ["betaVaeScore"] = BetaVaeScore.Of(source, random),
            ["factorVaeScore"] = FactorVaeScore.Of(source, random),
            ["guessing"] = 1.0 / source.Factors.Count,
        };
    }

    static JsonObject PerFactor(IReadOnlyList<double> scores)
    {
        var result = new JsonObject();
        for (var k = 0; k < scores.Count; k++) result[Sprites.Factors[k].Name] = scores[k];
        return result;
    }
}
