using System.Globalization;
using Hybrid.Docs.Tests.Exercises;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>What kernels move and execute, counted in their addresses and in their PTX.</summary>
static class KernelCounts
{
    /// <summary><c>count: ladder operation=KlRows</c>: what distinguishes the rungs in their PTX.</summary>
    public static string Ladder(BlockArguments arguments)
    {
        var operation = arguments.Get("operation", "");
        var ladder = Kernels.Ladder.All.FirstOrDefault(ladder => ladder.Operation == operation)
            ?? throw new DerivationException($"no ladder is called {operation}");
        var table = new Table(
            "Rung", "Idea", "Instructions", "In the loop", "`fma` there", "Instructions per `fma`",
            "Loads there", "Shuffles", "Barriers");
        foreach (var rung in ladder.Rungs)
        {
            var body = PtxBlock.Body(rung.Name);
            var loop = PtxBlock.Loop(body);
            int instructions = PtxBlock.Count(loop, ""), fused = PtxBlock.Count(loop, "fma.rn.f32");
            table.Row($"`{rung.Name}`", rung.Idea, PtxBlock.Count(body, ""), instructions, fused,
                FormattableString.Invariant($"{(double)instructions / fused:F1}"), Loads(loop),
                PtxBlock.Count(body, "shfl"), PtxBlock.Count(body, "bar.sync"));
        }
        return table.ToString();
    }

    /// <summary><c>count: choices</c>: the ladders of which training does not use the last rung.</summary>
    public static string Choices(BlockArguments arguments)
    {
        var table = new Table("Ladder", "In use", "Why not the last", "For other shapes");
        foreach (var ladder in Kernels.Ladder.All.Where(ladder => ladder.Reason is not null))
            table.Row(
                $"`{ladder.Operation}`", Version(ladder.InUse), ladder.Reason!,
                string.Join("; ", ladder.Others.Select(other => $"{Version(other.Rung)}: {other.Shapes}")));
        return table.ToString();
    }

    /// <summary>A rung's name without its operation's.</summary>
    static string Version(Kernels.Rung rung) => $"`{rung.Name[(rung.Name.IndexOf('_') + 1)..]}`";

    static string Loads(IReadOnlyList<string> loop)
    {
        var kinds =
            from space in (string[])["global", "shared"]
            from width in (int[])[4, 16]
            let count = PtxBlock.Count(loop, width == 16 ? $"ld.{space}.v4.f32" : $"ld.{space}.f32")
            where count > 0
            select $"{count} × {width} B {space}";
        return string.Join(", ", kinds);
    }

    /// <summary><c>count: sectors columns=8,20,128</c>: a warp's first load in each rung of KlRows.</summary>
    public static string Sectors(BlockArguments arguments)
    {
        var table = new Table("D", "Rung", "Floats wanted", "Sectors of 32 bytes", "Bytes moved per byte");
        foreach (var text in arguments.Get("columns", "32").Split(','))
        {
            var d = int.Parse(text, CultureInfo.InvariantCulture);
            var log2 = Reduce.LanesLog2(d);
            Row("V1, a thread per row", lane => lane * d);
            Row("V2, a warp per row", lane => lane < d ? lane : null);
            Row("V3, short rows share a warp", lane =>
            {
                var column = lane & ((1 << log2) - 1);
                return column < d ? (lane >> log2) * d + column : null;
            });

            void Row(string rung, Func<int, long?> word)
            {
                var words = Enumerable.Range(0, 32).Select(word).OfType<long>().ToArray();
                var sectors = Chapter02.Sectors(words);
                table.Row(d, rung, words.Length, sectors, $"{32.0 * sectors / (4 * words.Length):F1}");
            }
        }
        return table.ToString();
    }

    /// <summary>
    /// <c>count: convolution N=64 H=28 W=28 Ci=32 Co=32</c>: with and without the matrix of all taps.
    /// </summary>
    public static string Convolution(BlockArguments arguments)
    {
        var s = new Conv2dShape(
            arguments.Int("N"), arguments.Int("H"), arguments.Int("W"),
            arguments.Int("Ci"), arguments.Int("Co"));
        var table = new Table("", "MiB moved", "Mflop", "Flop per byte");
        var inPlace = Conv2d.Cost(Activation.Identity, s);
        // The matrix is written once and read once, instead of x.
        var matrix = 4L * s.Pixels * s.WeightRows;
        Row("taps read in place", inPlace.BytesRead + inPlace.BytesWritten);
        Row("taps copied into a matrix first", inPlace.BytesRead + inPlace.BytesWritten + 2 * matrix);
        return table.ToString();

        void Row(string how, long bytes) => table.Row(
            how, $"{bytes / 1048576.0:F1}", $"{inPlace.Flops / 1e6:F0}",
            $"{(double)inPlace.Flops / bytes:F1}");
    }

    /// <summary>
    /// <c>count: attention D=64 lengths=256,1024</c>: a head whose scores are stored, and one whose are not.
    /// </summary>
    public static string Attention(BlockArguments arguments)
    {
        var table = new Table("T = S", "Scores", "MiB moved", "Mflop", "Flop per byte");
        foreach (var text in arguments.Get("lengths", "256").Split(','))
        {
            var length = int.Parse(text, CultureInfo.InvariantCulture);
            var shape = new AttentionShape(1, length, length, arguments.Int("D"), arguments.Int("D"));
            var cost = Kernels.Attention.Cost(shape);
            var bytes = cost.BytesRead + cost.BytesWritten;
            // Written by one product, read and written by the softmax, read by the other product.
            Row("in a table", bytes + 4 * 4 * shape.Pairs);
            Row("stream by", bytes);

            void Row(string how, long moved) => table.Row(
                length, how, $"{moved / 1048576.0:F1}", $"{cost.Flops / 1e6:F0}",
                $"{(double)cost.Flops / moved:F1}");
        }
        return table.ToString();
    }

    /// <summary><c>count: cost B=128</c>: operations of a VAE on the roofline's axes.</summary>
    public static string Cost(BlockArguments arguments)
    {
        var b = arguments.Int("B");
        var table = new Table("Operation", "Shape", "KiB moved", "kflop", "Functions", "Flop per byte");
        Row("Affine", $"[{b}, 784]·[784, 400]", Affine.Cost(Activation.Relu, false, b, 400, 784));
        Row("Affine", $"[{b}, 20]·[20, 200]", Affine.Cost(Activation.Relu, false, b, 200, 20));
        Row("KlRows", $"[{b}, 20]", KlRows.Cost(b, 20));
        Row("BernoulliNllRows", $"[{b}, 784]", BernoulliNllRows.Cost(b, 784));
        return table.ToString();

        void Row(string operation, string shape, Cost cost)
        {
            var bytes = cost.BytesRead + cost.BytesWritten;
            table.Row($"`{operation}`", shape, $"{bytes / 1024.0:F1}", $"{cost.Flops / 1000.0:F1}",
                cost.Transcendentals, $"{(double)cost.Flops / bytes:F2}");
        }
    }
}
