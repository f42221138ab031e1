using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>x plus what its pixels find when they look at all others of their image.</summary>
/// <remarks>Ho et al. 2020, arXiv:2006.11239, appendix B: one head; the last layer starts at 0.</remarks>
public sealed class PixelAttention(string name, int channels, int groups)
{
    readonly Mlp
        heads = new($"{name}/qkv", channels, [], 3 * channels, Activation.Identity),
        mixed = new($"{name}/mixed", channels, [], channels, Activation.Identity);

    public ChannelNorm Norm { get; } = new($"{name}/norm", channels, groups);

    /// <summary>The parameters and their starting values' bounds.</summary>
    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() =>
    [
        .. Norm.Parameters(), .. heads.Parameters(), .. mixed.Parameters().Select(start => (start.Spec, 0.0)),
    ];

    /// <summary>Appends the block: [N·H·W, channels] → the same.</summary>
    public Value Apply(Graph graph, Value x, ImageShape size)
    {
        var parts = graph.Split(
            heads.Apply(graph, Norm.Apply(graph, x, size)), channels, channels, channels);
        var (y, _) = graph.Attention(parts[0], parts[1], parts[2], size.N);
        return graph.Plus(x, mixed.Apply(graph, y));
    }
}
