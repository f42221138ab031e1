using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Layers x·W + b with an activation between them, none after the last.</summary>
/// <param name="Name">Prefix of the parameters: <c>name/0/w</c> [in, out], <c>name/0/b</c> [out, 1] …</param>
/// <param name="Input">Columns of the input.</param>
/// <param name="Hidden">Widths between input and output; none makes a linear map.</param>
/// <param name="Output">Columns of the output.</param>
/// <param name="Activation">Between layers.</param>
public sealed record Mlp(string Name, int Input, IReadOnlyList<int> Hidden, int Output, Activation Activation)
{
    int Layers => Hidden.Count + 1;

    int In(int layer) => layer == 0 ? Input : Hidden[layer - 1];

    int Out(int layer) => layer == Layers - 1 ? Output : Hidden[layer];

    Activation After(int layer) => layer == Layers - 1 ? Activation.Identity : Activation;

    /// <summary>The parameters and their starting values' bounds (0 for biases).</summary>
    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters()
    {
        for (var i = 0; i < Layers; i++)
        {
            yield return (new($"{Name}/{i}/w", new(In(i), Out(i))),
                Initialization.Bound(In(i), Out(i), After(i)));
            yield return (new($"{Name}/{i}/b", new(Out(i), 1)), 0);
        }
    }

    /// <summary>Appends the network to a graph: [B, Input] → [B, Output].</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="x">[B, Input].</param>
    /// <param name="held">Whether the parameters learn nothing from here; x does.</param>
    public Value Apply(Graph graph, Value x, bool held = false) => ApplyWithFeatures(graph, x, held).Output;

    /// <summary>The same, and what the last layer reads: a hidden layer, or x itself without one.</summary>
    public (Value Features, Value Output) ApplyWithFeatures(Graph graph, Value x, bool held = false)
    {
        var features = x;
        for (var i = 0; i < Layers; i++)
        {
            features = x;
            var w = graph.Parameter($"{Name}/{i}/w", In(i), Out(i));
            var b = graph.Parameter($"{Name}/{i}/b", Out(i), 1);
            if (held) (w, b) = (graph.Detach(w), graph.Detach(b));
            x = graph.Affine(x, w, b, After(i));
        }
        return (features, x);
    }

    /// <summary>Columns of what the last layer reads.</summary>
    public int Features => In(Layers - 1);
}
