using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Residual blocks at smaller and smaller sizes and back again, each size joined to itself.</summary>
/// <remarks>
/// Ronneberger et al. 2015, arXiv:1505.04597, as Ho et al. 2020, arXiv:2006.11239, appendix B, denoise with it:
/// group norms, SiLU, the time in every block, attention where the pictures are smallest. A picture is halved by
/// means of 2 × 2 pixels and doubled by its nearest neighbours. The last convolution starts at 0, so the first
/// answer is 0.
/// </remarks>
public sealed class UNet
{
    const string WavesName = "first/waves";

    readonly UNetShape shape;
    readonly Mlp time;
    readonly Convolution first, last;
    readonly ResidualBlock[][] down, up;
    readonly ResidualBlock[] middle;
    readonly PixelAttention attention;
    readonly ChannelNorm lastNorm;

    /// <exception cref="ArgumentException">Sizes that are not positive or do not divide.</exception>
    public UNet(UNetShape shape)
    {
        this.shape = shape.Require();
        time = new("time", shape.Features, [shape.Condition], shape.Condition, Activation.Silu);
        first = new("first", 1, shape.Channels);
        var channels = shape.Channels;
        ResidualBlock Block(string name, int joined, int outputs)
        {
            var block = new ResidualBlock(name, channels + joined, outputs, shape.Condition, shape.Groups);
            channels = outputs;
            return block;
        }

        ResidualBlock[] Level(string way, int level, bool joins) => [.. Enumerable.Range(0, shape.Blocks).Select(
            i => Block($"{way}/{level}/{i}", joins ? shape.ChannelsAt(level) : 0, shape.ChannelsAt(level)))];

        down = [.. Enumerable.Range(0, shape.Levels).Select(level => Level("down", level, joins: false))];
        middle = [Block("middle/0", 0, channels), Block("middle/1", 0, channels)];
        attention = new("middle/attention", channels, shape.Groups);
        up = new ResidualBlock[shape.Levels][];
        for (var level = shape.Levels - 1; level >= 0; level--) up[level] = Level("up", level, joins: true);
        lastNorm = new("last/norm", channels, shape.Groups, Activation.Silu);
        last = new("last", channels, 1, StartsAtZero: true);
    }

    IEnumerable<ResidualBlock> Blocks =>
        [.. down.SelectMany(level => level), .. middle, .. up.SelectMany(level => level)];

    /// <summary>The parameters and their starting values' bounds; gains get a 1 from <see cref="Start"/>.</summary>
    public IReadOnlyList<(ParameterSpec Spec, double Bound)> Parameters() =>
    [
        .. time.Parameters(), .. first.Parameters(), .. Blocks.SelectMany(block => block.Parameters()),
        .. attention.Parameters(), .. lastNorm.Parameters(), .. last.Parameters(),
        .. Enumerable.Repeat((Waves, 0.0), shape.Octaves == 0 ? 0 : 1),
    ];

    /// <summary>A weight of every wave for every channel.</summary>
    ParameterSpec Waves => new(WavesName, new(2 * shape.Octaves, shape.Channels));

    /// <summary>
    /// All parameters on a device, and <paramref name="others"/> behind them, with starting values from
    /// <paramref name="seed"/>.
    /// </summary>
    public Parameters Start(Device device, ulong seed, params IEnumerable<(ParameterSpec Spec, double Bound)> others)
    {
        var parameters = Initialization.Parameters(device, [.. Parameters(), .. others], seed);
        ChannelNorm[] norms = [.. Blocks.SelectMany(block => block.Norms), attention.Norm, lastNorm];
        foreach (var norm in norms) device.Ops.Fill(parameters.Value(norm.Gain), 1);
        return parameters;
    }

    /// <summary>What times' features [N, F] become before the blocks take their part: [N, condition].</summary>
    public Value Condition(Graph graph, Value features) => time.Apply(graph, features);

    #region u-net
    /// <summary>Appends the network: pictures [N·H·W, 1] and what steers it [N, condition] → [N·H·W, 1].</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="pixels">The pictures.</param>
    /// <param name="steer"><see cref="Condition"/> of the times, and whatever else is told.</param>
    /// <param name="waves">Sines and cosines of pixels, [N·H·W, 2·octaves], where the shape has octaves.</param>
    public Value Apply(Graph graph, Value pixels, Value steer, Value waves = default)
    {
        var condition = graph.Activate(Activation.Silu, steer);
        var N = graph.ShapeOf(steer).Rows;
        ImageShape Size(int level, Value x) =>
            new(N, shape.Height >> level, shape.PictureWidth >> level, graph.ShapeOf(x).Cols);

        var x = first.Apply(graph, pixels, Size(0, pixels));
        if (shape.Octaves > 0)
            x = graph.Plus(x, graph.MatrixProduct(
                waves, graph.Parameter(WavesName, 2 * shape.Octaves, shape.Channels)));
        var skips = new Stack<Value>();
        for (var level = 0; level < shape.Levels; level++)
        {
            if (level > 0) x = graph.Downsample(x, Size(level - 1, x));
            foreach (var block in down[level])
                skips.Push(x = block.Apply(graph, x, condition, Size(level, x)));
        }

        var smallest = Size(shape.Levels - 1, x);
        x = middle[0].Apply(graph, x, condition, smallest);
        x = attention.Apply(graph, x, smallest);
        x = middle[1].Apply(graph, x, condition, smallest);

        for (var level = shape.Levels - 1; level >= 0; level--)
        {
            foreach (var block in up[level])
                x = block.Apply(graph, graph.Join(x, skips.Pop()), condition, Size(level, x));
            if (level > 0) x = graph.Upsample(x, Size(level - 1, x));
        }
        return last.Apply(graph, lastNorm.Apply(graph, x, Size(0, x)), Size(0, x));
    }
    #endregion
}
