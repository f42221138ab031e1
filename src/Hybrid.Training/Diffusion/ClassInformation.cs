using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What its class says of each row, by one network that is told it and that is not.</summary>
/// <param name="Estimate">
/// I(x; y) both ways, row by row and column by column (<see cref="ConditionalInformation"/>).
/// </param>
/// <param name="EntropyOfClasses">H[y] of these rows, nats, which I(x; y) cannot exceed.</param>
/// <param name="Exact">log p(x | y) − log p(x) of each row where the density is known, nats; else null.</param>
public sealed record ClassInformation(ConditionalInformation Estimate, double EntropyOfClasses, double[]? Exact)
{
    /// <summary>
    /// Levels and noises that each row meets: points, and pictures, of which a look takes 784 times as long.
    /// </summary>
    const int DrawsOfPoints = 128, DrawsOfPictures = 16;

    /// <param name="denoiser">The trained network.</param>
    /// <param name="target">What it answers with.</param>
    /// <param name="scale">How its rows were scaled.</param>
    /// <param name="points">Rows with classes that the network knows.</param>
    /// <param name="seed">Of levels and noise.</param>
    /// <exception cref="ArgumentException">A class that the network does not know.</exception>
    public static ClassInformation Of(
        Denoiser denoiser, PredictionTarget target, PointScale scale, Points points, ulong seed)
    {
        var classes = points.RequireClasses();
        var free = new DenoiserOnHost(denoiser, target);
        var (cleanest, noisiest) = denoiser.Schedule.FiniteEnds;
        var law = LogSnrSampling.Between(noisiest, cleanest);
        var estimate = ConditionalInformation.Of(
            free.Each, free.Told(classes).Each, scale.Apply(points.Values), points.D, law,
            points.Picture is null ? DrawsOfPoints : DrawsOfPictures, seed);
        var counts = new int[denoiser.Classes];
        foreach (var y in classes) counts[y]++;
        return new(estimate, BottleneckAccount.EntropyOf(counts), KnownDensity.Of(points.Name)?.Pointwise(points));
    }
}
