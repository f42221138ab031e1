namespace Hybrid.Bench.Comparison;

/// <summary>A 3×3 convolution and its gradients by definition, at sampled places.</summary>
/// <remarks>
/// Layouts: x [B, H, W, I], w [3·3·I, O] (taps row by row, then inputs), y and dy [B, H, W, O]. The results of a
/// contender are y, then dx, then dw, in these layouts.
/// </remarks>
static class ConvReference
{
    /// <summary>Inputs of a case: x from a, w and dy from b.</summary>
    public static (int X, int W, int Y) Sizes(ConvCase conv)
    {
        var pixels = conv.B * conv.Size * conv.Size;
        return (pixels * conv.Inputs, 9 * conv.Inputs * conv.Outputs, pixels * conv.Outputs);
    }

    public static double Compare(ConvCase conv, PeerData data, ReadOnlySpan<float> results, int samples)
    {
        var (xs, ws, ys) = Sizes(conv);
        if (results.Length != ys + xs + ws) return double.PositiveInfinity;
        ReadOnlySpan<float> x = data.A(xs), w = data.B(ws), dy = data.B(ys);
        var random = new Random(1);
        var largest = 0.0;
        for (var sample = 0; sample < samples; sample++)
        {
            var at = random.Next(ys);
            largest = Checks.Worse(largest, Error(results[at], Output(conv, x, w, at)));
            at = random.Next(xs);
            largest = Checks.Worse(largest, Error(results[ys + at], InputGradient(conv, dy, w, at)));
        }
        // Each weight's gradient sums over all pixels, so a few suffice.
        for (var sample = 0; sample < samples / 10; sample++)
        {
            var at = random.Next(ws);
            largest = Checks.Worse(largest, Error(results[ys + xs + at], WeightGradient(conv, x, dy, at)));
        }
        return largest;
    }

    static double Error(float value, (double Exact, double Size, int Terms) sum) =>
        Math.Abs(value - sum.Exact) / (Checks.Gamma(sum.Terms) * sum.Size);

    static (double, double, int) Output(ConvCase conv, ReadOnlySpan<float> x, ReadOnlySpan<float> w, int at)
    {
        var (pixel, o) = Math.DivRem(at, conv.Outputs);
        var (exact, size, terms) = (0.0, 0.0, 0);
        for (var tap = 0; tap < 9; tap++)
            if (Neighbour(conv, pixel, tap / 3 - 1, tap % 3 - 1) is >= 0 and var near)
                for (var i = 0; i < conv.Inputs; i++)
                    Add(x[near * conv.Inputs + i], w[(tap * conv.Inputs + i) * conv.Outputs + o],
                        ref exact, ref size, ref terms);
        return (exact, size, terms);
    }

    static (double, double, int) InputGradient(
        ConvCase conv, ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int at)
    {
        var (pixel, i) = Math.DivRem(at, conv.Inputs);
        var (exact, size, terms) = (0.0, 0.0, 0);
        for (var tap = 0; tap < 9; tap++)
            if (Neighbour(conv, pixel, 1 - tap / 3, 1 - tap % 3) is >= 0 and var near)
                for (var o = 0; o < conv.Outputs; o++)
                    Add(dy[near * conv.Outputs + o], w[(tap * conv.Inputs + i) * conv.Outputs + o],
                        ref exact, ref size, ref terms);
        return (exact, size, terms);
    }

    static (double, double, int) WeightGradient(
        ConvCase conv, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int at)
    {
        var (row, o) = Math.DivRem(at, conv.Outputs);
        var (tap, i) = Math.DivRem(row, conv.Inputs);
        var (exact, size, terms) = (0.0, 0.0, 0);
        for (var pixel = 0; pixel < conv.B * conv.Size * conv.Size; pixel++)
            if (Neighbour(conv, pixel, tap / 3 - 1, tap % 3 - 1) is >= 0 and var near)
                Add(x[near * conv.Inputs + i], dy[pixel * conv.Outputs + o], ref exact, ref size, ref terms);
        return (exact, size, terms);
    }

    static void Add(float a, float b, ref double exact, ref double size, ref int terms)
    {
        var product = (double)a * b;
        exact += product;
        size += Math.Abs(product);
        terms++;
    }

    /// <summary>The pixel beside another of the same image, or −1 outside of it.</summary>
    static int Neighbour(ConvCase conv, int pixel, int down, int right)
    {
        var (row, column) = (pixel / conv.Size % conv.Size + down, pixel % conv.Size + right);
        return row >= 0 && row < conv.Size && column >= 0 && column < conv.Size
            ? pixel + down * conv.Size + right
            : -1;
    }
}
