using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Reporting;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary>What classes say of rows, as JSON in nats, and of pixels, as a sheet.</summary>
static class ClassResult
{
    /// <summary>Pictures of a sheet, and of a row of it.</summary>
    const int MostPictures = 40, Columns = 10;

    /// <summary>Brightest grey level.</summary>
    const float White = 255;

    /// <summary>I(x; y) both ways, beside H[y] and the exact value where it is known.</summary>
    public static JsonObject Of(ClassInformation information)
    {
        var estimate = information.Estimate;
        var result = new JsonObject
        {
            ["entropyOfClassesNats"] = VaeResult.Number(information.EntropyOfClasses),
            ["nats"] = VaeResult.Number(estimate.Nats),
            ["standardErrorNats"] = VaeResult.Number(estimate.StandardError),
            ["orthogonalNats"] = VaeResult.Number(estimate.OrthogonalNats),
            ["orthogonalStandardErrorNats"] = VaeResult.Number(estimate.OrthogonalStandardError),
        };
        if (information.Exact is not { } exact) return result;
        result["exactNats"] = VaeResult.Number(exact.Average());
        // Row by row the scatter of the points is in both, and falls out.
        var above = SampleMean.Of([.. estimate.Pointwise.Zip(exact, (nats, truth) => nats - truth)]);
        result["aboveExactNats"] = VaeResult.Number(above.Mean);
        result["aboveExactStandardErrorNats"] = VaeResult.Number(above.StandardError);
        return result;
    }

    #region map
    /// <summary>Pictures, and under each of them the nats that its class says of each pixel.</summary>
    /// <remarks>The orthogonal form, which is never negative; white is the most of any pixel here.</remarks>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void WriteMap(string path, Points pictures, ConditionalInformation information)
    {
        var (height, width) = pictures.Picture!.Value;
        var count = Math.Min(MostPictures, pictures.N) * pictures.D;
        var nats = information.PerColumn.AsSpan(0, count);
        double most = double.Epsilon;
        foreach (var pixel in nats) most = Math.Max(most, pixel);
        float[] above = new float[count], below = new float[count];
        for (var i = 0; i < count; i++)
            (above[i], below[i]) = (pictures.Values[i] / White, (float)(nats[i] / most));
        PngSheet.WritePairs(path, above, below, new(height, width), new(Columns));
    }
    #endregion
}
