using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>k × k taps over images whose pixels are rows.</summary>
/// <param name="Name">Prefix of the parameters: <c>name/w</c> [k·k·In, Out] and <c>name/b</c> [Out, 1].</param>
/// <param name="In">Channels in.</param>
/// <param name="Out">Channels out.</param>
/// <param name="Kernel">k, odd.</param>
/// <param name="StartsAtZero">Whether the first output is 0.</param>
public sealed record Convolution(string Name, int In, int Out, int Kernel = 3, bool StartsAtZero = false)
{
    /// <summary>The parameters and their starting values' bounds: He 2015, as behind a SiLU.</summary>
    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters()
    {
        var inputs = Kernel * Kernel * In;
        yield return (new($"{Name}/w", new(inputs, Out)),
            StartsAtZero ? 0 : Initialization.Bound(inputs, Out, Activation.Silu));
        yield return (new($"{Name}/b", new(Out, 1)), 0);
    }

    /// <summary>Appends the layer to a graph: [N·H·W, In] → [N·H·W, Out].</summary>
    public Value Apply(Graph graph, Value x, ImageShape size)
    {
        var shape = new Conv2dShape(size.N, size.H, size.W, In, Out, Kernel);
        return graph.Conv2d(
            x, graph.Parameter($"{Name}/w", shape.WeightRows, Out), graph.Parameter($"{Name}/b", Out, 1), shape,
            Activation.Identity);
    }
}
