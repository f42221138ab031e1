using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>How a critic scores a pair (x, y).</summary>
public enum CriticKind
{
    /// <summary>f(x)·g(y), an inner product of two embeddings: B rows through each network.</summary>
    Separable,

    /// <summary>One network of (x, y): B² rows through it, and any function of the pair.</summary>
    Concat,
}

/// <summary>The shape of a critic.</summary>
/// <param name="Kind">How it scores.</param>
/// <param name="XDim">Columns of x.</param>
/// <param name="YDim">Columns of y.</param>
/// <param name="Hidden">Widths of the layers; a concat critic needs at least one.</param>
/// <param name="Embedding">Columns of f(x) and g(y); a concat critic has none.</param>
/// <param name="Activation">Between layers.</param>
public sealed record CriticShape(
    CriticKind Kind, int XDim, int YDim, IReadOnlyList<int> Hidden, int Embedding, Activation Activation)
{
    /// <summary>
    /// The separable critic of the literature's benchmark: two networks D-256-256-32, ReLU.
    /// </summary>
    public static CriticShape Separable(int xDim, int yDim) =>
        new(CriticKind.Separable, xDim, yDim, [256, 256], 32, Activation.Relu);

    /// <summary>The concat critic of the literature's benchmark: 2D-256-256-1, ReLU.</summary>
    public static CriticShape Concat(int xDim, int yDim) =>
        new(CriticKind.Concat, xDim, yDim, [256, 256], 0, Activation.Relu);
}

/// <summary>A network that scores pairs, to bound their mutual information from below.</summary>
/// <remarks>
/// van den Oord et al. 2018, arXiv:1807.03748; both kinds as in Poole et al. 2019, arXiv:1905.06922. The
/// first layer of a concat critic acts on x and y apart, w·(x, y) = w_x·x + w_y·y: 2B rows of a product
/// instead of B². Its parameters are <c>first/wx</c>, <c>first/wy</c> and <c>first/b</c>.
/// </remarks>
public sealed class Critic
{
    const string Wx = "first/wx", Wy = "first/wy", Bias = "first/b";

    readonly Mlp? f, g, rest;

    /// <summary>
    /// Builds the parameters on a device, with starting values from <paramref name="seed"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A concat critic without a hidden layer.</exception>
    public Critic(Device device, CriticShape shape, ulong seed)
    {
        (Device, Shape, Seed) = (device, shape, seed);
        List<(ParameterSpec Spec, double Bound)> starts;
        if (shape.Kind == CriticKind.Separable)
        {
            f = new("x", shape.XDim, shape.Hidden, shape.Embedding, shape.Activation);
            g = new("y", shape.YDim, shape.Hidden, shape.Embedding, shape.Activation);
            starts = [.. f.Parameters(), .. g.Parameters()];
        }
        else
        {
            if (shape.Hidden.Count == 0)
                throw new ArgumentException("A concat critic needs a hidden layer: without one it is a sum.");
            rest = new("rest", Width, [.. shape.Hidden.Skip(1)], 1, shape.Activation);
            var bound = Initialization.Bound(shape.XDim + shape.YDim, Width, shape.Activation);
            starts =
            [
                (new(Wx, new(shape.XDim, Width)), bound),
                (new(Wy, new(shape.YDim, Width)), bound),
                (new(Bias, new(Width, 1)), 0),
                .. rest.Parameters(),
            ];
        }
        Parameters = Initialization.Parameters(device, starts, seed);
    }

    public Device Device { get; }

    public CriticShape Shape { get; }

    public ulong Seed { get; }

    public Parameters Parameters { get; }

    int Width => Shape.Hidden[0];

    /// <summary>scores[i, j] of x_i with y_j, for B rows of each: [B, B].</summary>
    public Value Scores(Graph graph, Value x, Value y) => Shape.Kind == CriticKind.Separable
        ? graph.PairProducts(f!.Apply(graph, x), g!.Apply(graph, y))
        : ConcatScores(graph, x, y);

    #region concat-scores
    Value ConcatScores(Graph graph, Value x, Value y)
    {
        var wx = graph.Parameter(Wx, Shape.XDim, Width);
        var wy = graph.Parameter(Wy, Shape.YDim, Width);
        var ofX = graph.Affine(x, wx, graph.Parameter(Bias, Width, 1), Activation.Identity);
        var ofY = graph.MatrixProduct(y, wy);
        var pairs = graph.PairSum(ofX, ofY, Shape.Activation);
        return graph.Reshape(
            rest!.Apply(graph, pairs), graph.ShapeOf(x).Rows, graph.ShapeOf(y).Rows);
    }
    #endregion

    /// <summary>A plan that computes the bound of B pairs and the gradient of the mean nll.</summary>
    public CriticPlan TrainingPlan(int B) => new(this, B, training: true);

    /// <summary>A plan that computes the bound of B pairs.</summary>
    public CriticPlan EvaluationPlan(int B) => new(this, B, training: false);
}
