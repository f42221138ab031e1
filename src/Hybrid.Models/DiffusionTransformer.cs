using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a transformer that denoises pictures of one channel.</summary>
/// <param name="Height">Rows of pixels, a multiple of the patch.</param>
/// <param name="PictureWidth">Pixels of a row, a multiple of the patch.</param>
/// <param name="Patch">Sides of a patch, which becomes a token.</param>
/// <param name="Width">Columns of a token, a multiple of the heads.</param>
/// <param name="Blocks">Attention and layers behind it, so many times.</param>
/// <param name="Heads">Of each attention.</param>
/// <param name="Features">Columns of the time's sinusoidal embedding: an even number.</param>
/// <param name="Octaves">Sines and cosines of each pixel that the network sees beside it; 0 for none.</param>
/// <param name="Classes">C of a condition; 0 for none.</param>
public sealed record TransformerShape(int Height, int PictureWidth, int Patch = 4, int Width = 128, int Blocks = 4,
    int Heads = 4, int Features = 64, int Octaves = 7, int Classes = 0)
{
    /// <summary>Patches of a picture.</summary>
    public int Tokens => Height / Patch * (PictureWidth / Patch);
}

/// <summary>A transformer of patches whose layer norms and gates the time steers: DiT with adaLN-Zero.</summary>
/// <remarks>
/// Peebles &amp; Xie 2023, arXiv:2212.09748, section 3, with learnt places. A pixel is also seen as sines and cosines:
/// levels of grey lie 1/128 apart, and no layer is steep enough to tell them from noise of that size. Gates and the
/// last layer start at 0, so the first answer is 0.
/// </remarks>
public sealed class DiffusionTransformer : Denoiser
{
    const string WavesName = "waves";

    /// <summary>Half of the range of places' starting values: a standard deviation of 0.02.</summary>
    const double PlaceBound = 0.0346;

    /// <summary>Vectors that a block is steered by: shift, scale and gate, of attention and of layers.</summary>
    const int Steers = 6;

    readonly Mlp time, patch, last, steerLast;
    readonly Block[] blocks;

    /// <summary>Builds the parameters on a device, with starting values from <paramref name="seed"/>.</summary>
    /// <exception cref="ArgumentException">Sizes do not divide, or features are no even number above 0.</exception>
    public DiffusionTransformer(Device device, TransformerShape shape, ulong seed, NoiseSchedule? schedule = null)
        : base(device, shape.Height * shape.PictureWidth, shape.Features, shape.Octaves, seed, schedule,
            shape.Classes)
    {
        if (shape.Patch < 1 || shape.Height % shape.Patch != 0 || shape.PictureWidth % shape.Patch != 0)
            throw new ArgumentException(
                $"patches of {shape.Patch} do not cover {shape.Height}×{shape.PictureWidth} pixels;"
                + " give a divisor of both");
        if (shape.Heads < 1 || shape.Width % shape.Heads != 0)
            throw new ArgumentException(
                $"{shape.Width} columns are not {shape.Heads} heads of one size; give a divisor of the width");
        Shape = shape;
        var (W, pixels) = (shape.Width, shape.Patch * shape.Patch);
        time = new("time", shape.Features, [W], W, Activation.Silu);
        patch = new("patch", pixels, [], W, Activation.Identity);
        steerLast = new("last/steer", W, [], 2 * W, Activation.Identity);
        last = new("last", W, [], pixels, Activation.Identity);
        blocks = [.. Enumerable.Range(0, shape.Blocks).Select(i => new Block($"blocks/{i}", W))];
        List<(ParameterSpec, double)> starts =
        [
            .. time.Parameters(), .. patch.Parameters(), (new("places", new(shape.Tokens * W, 1)), PlaceBound),
            .. blocks.SelectMany(block => block.Parameters()), .. Zero(steerLast), .. Zero(last),
        ];
        if (shape.Octaves > 0)
            starts.Add((new(WavesName, new(pixels * 2 * shape.Octaves, W)), 0));
        starts.AddRange(ClassParameters(W));
        Parameters = Initialization.Parameters(device, starts, seed);
    }

    public TransformerShape Shape { get; }

    public override Parameters Parameters { get; }

    #region predict
    public override Value Predict(Graph graph, Value z, Value t)
    {
        var condition = graph.Activate(Activation.Silu, PlusClass(graph, time.Apply(graph, EmbedTime(graph, t))));
        var x = Tokens(graph, z);
        foreach (var block in blocks) x = block.Apply(graph, x, condition, Shape);
        var steer = graph.Split(steerLast.Apply(graph, condition), Shape.Width, Shape.Width);
        return Pixels(graph, last.Apply(graph, graph.ModulatedLayerNorm(x, steer[0], steer[1])));
    }

    /// <summary>[B, H·W] → [B·T, Width]: patches, and where they lie.</summary>
    Value Tokens(Graph graph, Value z)
    {
        int B = graph.ShapeOf(z).Rows, W = Shape.Width, T = Shape.Tokens;
        var x = patch.Apply(graph, Patches(graph, z, B, 1));
        if (Shape.Octaves > 0)
        {
            var channels = 2 * Shape.Octaves;
            var w = graph.Parameter(WavesName, Shape.Patch * Shape.Patch * channels, W);
            x = graph.Plus(x, graph.MatrixProduct(Patches(graph, Waves(graph, z), B, channels), w));
        }
        var places = graph.BroadcastRows(graph.Parameter("places", T * W, 1), B);
        return graph.Reshape(graph.Plus(places, graph.Reshape(x, B, T * W)), B * T, W);
    }

    /// <summary>Numbers of pixels, some channels each → [B·T, Patch·Patch·channels].</summary>
    Value Patches(Graph graph, Value pixels, int B, int channels) => graph.TransposeBlocks(
        graph.Reshape(pixels, B * Shape.Height, Shape.PictureWidth * channels), Shape.Patch, Shape.Patch * channels);

    /// <summary>The way back: [B·T, Patch·Patch] → [B, H·W].</summary>
    Value Pixels(Graph graph, Value patches)
    {
        var across = Shape.PictureWidth / Shape.Patch;
        var rows = graph.TransposeBlocks(patches, across, Shape.Patch);
        return graph.Reshape(rows, graph.ShapeOf(patches).Rows / Shape.Tokens, DataDim);
    }
    #endregion

    static IEnumerable<(ParameterSpec, double)> Zero(Mlp layer) =>
        layer.Parameters().Select(start => (start.Spec, 0.0));

    /// <summary>Attention and two layers behind it, each of them steered and gated.</summary>
    sealed class Block(string name, int W)
    {
        readonly Mlp steer = new($"{name}/steer", W, [], Steers * W, Activation.Identity);
        readonly Mlp heads = new($"{name}/qkv", W, [], 3 * W, Activation.Identity);
        readonly Mlp mixed = new($"{name}/mixed", W, [], W, Activation.Identity);
        readonly Mlp layers = new($"{name}/mlp", W, [4 * W], W, Activation.Gelu);

        public IEnumerable<(ParameterSpec, double)> Parameters() =>
            [.. Zero(steer), .. heads.Parameters(), .. mixed.Parameters(), .. layers.Parameters()];

        #region block
        public Value Apply(Graph graph, Value x, Value condition, TransformerShape shape)
        {
            var by = graph.Split(steer.Apply(graph, condition), [.. Enumerable.Repeat(W, Steers)]);
            var attended = Attend(graph, graph.ModulatedLayerNorm(x, by[0], by[1]), shape);
            x = graph.AddGated(x, mixed.Apply(graph, attended), by[2]);
            return graph.AddGated(
                x, layers.Apply(graph, graph.ModulatedLayerNorm(x, by[3], by[4])), by[5]);
        }

        /// <summary>Each head attends on its own columns: [B·T, heads·d] → [B·heads·T, d] and back.</summary>
        Value Attend(Graph graph, Value x, TransformerShape shape)
        {
            int T = shape.Tokens, d = W / shape.Heads, problems = graph.ShapeOf(x).Rows / T * shape.Heads;
            var parts = graph.Split(heads.Apply(graph, x), W, W, W);
            Value Head(int i) => graph.Reshape(graph.TransposeBlocks(parts[i], T, d), problems * T, d);
            var (y, _) = graph.Attention(Head(0), Head(1), Head(2), problems);
            return graph.TransposeBlocks(graph.Reshape(y, problems, T * d), shape.Heads, d);
        }
        #endregion
    }
}
