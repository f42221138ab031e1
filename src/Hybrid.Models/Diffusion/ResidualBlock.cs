using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>x, or its channels mixed, plus two convolutions of it that the time moves in between.</summary>
/// <remarks>
/// Ho et al. 2020, arXiv:2006.11239, appendix B: norm, SiLU, convolution, twice; the second convolution starts at
/// 0, so a block starts as its shortcut.
/// </remarks>
public sealed class ResidualBlock(string name, int inputs, int outputs, int condition, int groups)
{
    readonly Convolution
        first = new($"{name}/first", inputs, outputs),
        second = new($"{name}/second", outputs, outputs, StartsAtZero: true);

    readonly Mlp
        time = new($"{name}/time", condition, [], outputs, Activation.Identity),
        shortcut = new($"{name}/shortcut", inputs, [], outputs, Activation.Identity);

    /// <summary>In front of either convolution, SiLU in the same pass.</summary>
    public IReadOnlyList<ChannelNorm> Norms { get; } =
    [
        new($"{name}/first/norm", inputs, groups, Activation.Silu),
        new($"{name}/second/norm", outputs, groups, Activation.Silu),
    ];

    /// <summary>Channels out.</summary>
    public int Outputs => outputs;

    /// <summary>The parameters and their starting values' bounds.</summary>
    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters() =>
    [
        .. Norms[0].Parameters(), .. first.Parameters(), .. time.Parameters(), .. Norms[1].Parameters(),
        .. second.Parameters(), .. inputs == outputs ? [] : shortcut.Parameters(),
    ];

    #region residual-block
    /// <summary>Appends the block: x[N·H·W, inputs] and what the time says [N, condition].</summary>
    public Value Apply(Graph graph, Value x, Value condition, ImageShape size)
    {
        var hidden = first.Apply(graph, Norms[0].Apply(graph, x, size), size);
        hidden = graph.PlusPerImage(time.Apply(graph, condition), hidden, size.Pixels);
        hidden = second.Apply(graph, Norms[1].Apply(graph, hidden, size), size);
        return graph.Plus(inputs == outputs ? x : shortcut.Apply(graph, x), hidden);
    }
    #endregion
}
