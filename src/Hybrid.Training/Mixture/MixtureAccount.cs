using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What a mixture says of some points, nats per row.</summary>
/// <param name="LogLikelihood">Mean log p(x).</param>
/// <param name="StandardError">Of it, over the rows.</param>
public readonly record struct MixtureAccount(double LogLikelihood, double StandardError)
{
    /// <summary>Measures a mixture on points.</summary>
    /// <exception cref="UserError">They have another number of columns.</exception>
    public static MixtureAccount Of(Device device, MixtureParameters parameters, Points points)
    {
        if (points.D != parameters.D)
            throw new UserError(points.Name, $"has {points.D} columns, the mixture {parameters.D}",
                "give data like those that it was fitted to");
        var mixture = new GaussianMixture(device, parameters.K, parameters.D);
        mixture.Set(parameters);
        var values = device.Arena.Allocate(points.N, 1);
        mixture.LogDensity(device.From(points.Values, points.N, points.D), values);
        var density = device.ToArray(values);
        double mean = density.Average(nats => (double)nats), squares = 0;
        foreach (var nats in density) squares += (nats - mean) * (nats - mean);
        return new(mean, Math.Sqrt(squares) / points.N);
    }
}
