using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>An <see cref="Mlp"/> of x and a class y: the first layer has a bias for each class.</summary>
/// <remarks>
/// As a layer of x beside a one-hot y, whose weights those biases are: act(x·W + y·V). With each class in turn x·W is
/// computed once.
/// </remarks>
/// <param name="Name">Prefix: <c>name/in/w</c> [in, h], <c>name/in/y</c> [C, h], then an Mlp's layers.</param>
/// <param name="Input">Columns of x.</param>
/// <param name="Classes">C.</param>
/// <param name="Hidden">Widths, one or more.</param>
/// <param name="Output">Columns of the output.</param>
/// <param name="Activation">Between layers.</param>
sealed record ClassConditionalMlp(
    string Name, int Input, int Classes, IReadOnlyList<int> Hidden, int Output, Activation Activation)
{
    int First => Hidden[0];

    Mlp Rest => new(Name, First, [.. Hidden.Skip(1)], Output, Activation);

    string OfRows => $"{Name}/in/w";

    string OfClasses => $"{Name}/in/y";

    public IEnumerable<(ParameterSpec Spec, double Bound)> Parameters()
    {
        var bound = Initialization.Bound(Input + Classes, First, Activation);
        return
        [
            (new(OfRows, new(Input, First)), bound), (new(OfClasses, new(Classes, First)), bound), .. Rest.Parameters(),
        ];
    }

    #region class-conditional
    /// <summary>x[B, in] with y[B, C], one 1 a row: [B, out].</summary>
    public Value Apply(Graph graph, Value x, Value y) =>
        After(graph, graph.Plus(OfX(graph, x), graph.MatrixProduct(y, Biases(graph))));

    /// <summary>Each row of x[B, in] with each class: row b·C + c of [B·C, out].</summary>
    public Value ApplyToAll(Graph graph, Value x) =>
        Rest.Apply(graph, graph.PairSum(OfX(graph, x), Biases(graph), Activation));

    /// <summary>x[B·C, in], whose row b·C + c goes with class c: [B·C, out].</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="x">[B·C, in].</param>
    /// <param name="zeros">[B, <see cref="Hidden"/>'s first].</param>
    public Value ApplyInTurn(Graph graph, Value x, Value zeros) => After(
        graph, graph.Plus(OfX(graph, x), graph.PairSum(zeros, Biases(graph), Activation.Identity)));
    #endregion

    Value OfX(Graph graph, Value x) => graph.MatrixProduct(x, graph.Parameter(OfRows, Input, First));

    Value Biases(Graph graph) => graph.Parameter(OfClasses, Classes, First);

    Value After(Graph graph, Value before) => Rest.Apply(graph, graph.Activate(Activation, before));
}
