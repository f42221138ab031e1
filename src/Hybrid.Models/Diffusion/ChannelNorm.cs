using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>
/// Groups of channels normalised in each image, with a learnt gain and bias per channel, then activated.
/// </summary>
/// <param name="Name">Prefix of the parameters: <c>name/gain</c> and <c>name/bias</c>, [Channels, 1] each.</param>
/// <param name="Channels">Columns.</param>
/// <param name="Groups">A divisor of the channels.</param>
/// <param name="Activation">Of what comes out, in the same pass.</param>
public sealed record ChannelNorm(
    string Name, int Channels, int Groups, Activation Activation = Activation.Identity)
{
    /// <summary>The gain's name: gains start at 1.</summary>
    public string Gain => $"{Name}/gain";

    /// <summary>The parameters; both bounds are 0.</summary>
    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters()
    {
        yield return (new(Gain, new(Channels, 1)), 0);
        yield return (new($"{Name}/bias", new(Channels, 1)), 0);
    }

    /// <summary>Appends the layer to a graph: [N·H·W, Channels] → the same.</summary>
    public Value Apply(Graph graph, Value x, ImageShape size) => graph.GroupNorm(
        x, graph.Parameter(Gain, Channels, 1), graph.Parameter($"{Name}/bias", Channels, 1),
        new GroupShape(size.N, size.Pixels, Channels, Groups), Activation);
}
