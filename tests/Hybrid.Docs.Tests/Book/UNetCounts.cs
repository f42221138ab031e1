using System.Globalization;
using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Kernels;
using Hybrid.Models;

namespace Hybrid.Docs.Tests;

/// <summary>What a training step of a U-Net on digits launches, moves and computes.</summary>
static class UNetCounts
{
    static readonly string[]
        convolutions = ["Conv2d", "Conv2dGradInput", "Conv2dGradWeight"],
        layers = ["Affine", "AffineGradInput", "AffineGradWeight"];

    /// <summary><c>count: u-net channels=32 multipliers=1,2,2 B=4</c>: launches by kind, of one step.</summary>
    public static string Step(BlockArguments arguments)
    {
        using var device = new HostDevice(1);
        int[] multipliers = [.. arguments.Get("multipliers", "1").Split(',').Select(text =>
            int.Parse(text, CultureInfo.InvariantCulture))];
        var shape = new UNetShape(28, 28, arguments.Int("channels"), multipliers);
        var launches = Training(device, new(shape), shape, arguments.Int("B")).Launches;

        var table = new Table(
            "Launches", "Count", "Mflop per picture", "MiB per picture", "Flop per byte", "Share of flop",
            "Share of bytes");
        var whole = Sum(launches);
        foreach (var kind in launches.GroupBy(Kind).OrderByDescending(kind => Sum(kind).Flops))
            Row(kind.Key, [.. kind]);
        Row("all", launches);
        return table.ToString();

        void Row(string kind, IReadOnlyCollection<Launch> some)
        {
            var cost = Sum(some);
            var pictures = arguments.Int("B");
            table.Row(
                kind, some.Count, Number(cost.Flops / 1e6 / pictures, 1),
                Number(Bytes(cost) / (1024.0 * 1024) / pictures, 2), Number((double)cost.Flops / Bytes(cost), 1),
                $"{Number(100.0 * cost.Flops / whole.Flops, 1)} %", $"{Number(100.0 * Bytes(cost) / Bytes(whole), 0)} %");
        }
    }

    static Plan Training(HostDevice device, UNet network, UNetShape shape, int B)
    {
        var graph = new Graph();
        var pixels = graph.Input("pixels", B * shape.Height * shape.PictureWidth, 1);
        var answer = network.Apply(
            graph, pixels, network.Condition(graph, graph.Input("features", B, shape.Features)));
        var target = graph.Input("target", graph.ShapeOf(answer).Rows, 1);
        return Plan.Training(
            device, graph, network.Start(device, seed: 1), 1, [(graph.SquaredErrorRows(answer, target), "weight")], []);
    }

    static string Kind(Launch launch)
    {
        var name = Op.name(launch.Op);
        return convolutions.Contains(name) ? "convolutions"
            : layers.Contains(name) ? "layers"
            : name.StartsWith("Attention", StringComparison.Ordinal) ? "attention"
            : name.StartsWith("GroupNorm", StringComparison.Ordinal) ? "group norms"
            : "activations, sums, sizes";
    }

    static Cost Sum(IEnumerable<Launch> launches) =>
        launches.Aggregate(new Cost(), (sum, launch) => sum + LaunchCost.Of(launch));

    static long Bytes(Cost cost) => cost.BytesRead + cost.BytesWritten;

    static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
