using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a denoiser of points in a few dimensions.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Width">Units of every layer.</param>
/// <param name="Layers">Hidden layers behind the sum of input and time.</param>
/// <param name="Features">Columns of the time's sinusoidal embedding: an even number.</param>
/// <param name="Octaves">Sines and cosines of each column of z, beside it; 0 for none.</param>
/// <param name="Classes">C of a condition; 0 for none.</param>
public sealed record DenoiserShape(
    int DataDim, int Width = 256, int Layers = 4, int Features = 64, int Octaves = 0, int Classes = 0);

/// <summary>A denoiser without convolutions or attention, for points in a few dimensions.</summary>
/// <remarks>The time goes through a layer of its own and is added to the input's first layer.</remarks>
public sealed class MlpDenoiser : Denoiser
{
    readonly Mlp time, input, body;
    readonly ParameterSpec waves;

    /// <summary>
    /// Builds the parameters on a device, with starting values from <paramref name="seed"/>; the schedule is the
    /// cosine's where none is given.
    /// </summary>
    /// <exception cref="ArgumentException">The features are not an even number above 0.</exception>
    public MlpDenoiser(Device device, DenoiserShape shape, ulong seed, NoiseSchedule? schedule = null)
        : base(device, shape.DataDim, shape.Features, shape.Octaves, seed, schedule, shape.Classes)
    {
        time = new("time", shape.Features, [shape.Width], shape.Width, Activation.Silu);
        input = new("input", shape.DataDim, [], shape.Width, Activation.Identity);
        body = new("body", shape.Width, [.. Enumerable.Repeat(shape.Width, shape.Layers)], shape.DataDim,
            Activation.Silu);
        List<(ParameterSpec Spec, double Bound)> starts =
            [.. time.Parameters(), .. input.Parameters(), .. body.Parameters()];
        waves = new("waves", new(shape.DataDim * 2 * shape.Octaves, shape.Width));
        if (shape.Octaves > 0) starts.Add((waves, 0));
        starts.AddRange(ClassParameters(shape.Width));
        Parameters = Initialization.Parameters(device, starts, seed);
    }

    public override Parameters Parameters { get; }

    #region predict
    public override Value Predict(Graph graph, Value z, Value t)
    {
        var steer = PlusClass(graph, time.Apply(graph, EmbedTime(graph, t)));
        var hidden = graph.Plus(steer, input.Apply(graph, z));
        if (Octaves > 0)
        {
            var (inputs, width) = (waves.Shape.Rows, waves.Shape.Cols);
            var seen = graph.Reshape(Waves(graph, z), graph.ShapeOf(z).Rows, inputs);
            hidden = graph.Plus(hidden, graph.MatrixProduct(seen, graph.Parameter(waves.Name, inputs, width)));
        }
        return body.Apply(graph, hidden);
    }
    #endregion
}
