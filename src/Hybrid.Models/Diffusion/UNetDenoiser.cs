using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>A <see cref="UNet"/> that finds the noise in pictures of one channel, or the pictures, or v.</summary>
public sealed class UNetDenoiser : Denoiser
{
    readonly UNet network;

    /// <summary>Builds the parameters on a device, with starting values from <paramref name="seed"/>.</summary>
    /// <exception cref="ArgumentException">
    /// Sizes that do not divide, or features that are no even number.
    /// </exception>
    public UNetDenoiser(Device device, UNetShape shape, ulong seed, NoiseSchedule? schedule = null)
        : base(device, shape.Height * shape.PictureWidth, shape.Features, shape.Octaves, seed, schedule,
            shape.Classes)
    {
        (Shape, network) = (shape, new(shape));
        Parameters = network.Start(device, seed, ClassParameters(shape.Condition));
    }

    public UNetShape Shape { get; }

    public override Parameters Parameters { get; }

    public override Value Predict(Graph graph, Value z, Value t)
    {
        var B = graph.ShapeOf(z).Rows;
        var pixels = graph.Reshape(z, B * DataDim, 1);
        var waves = Octaves > 0 ? Waves(graph, z) : default;
        var steer = PlusClass(graph, network.Condition(graph, EmbedTime(graph, t)));
        return graph.Reshape(network.Apply(graph, pixels, steer, waves), B, DataDim);
    }
}
