using Hybrid.Devices.Host;
using Hybrid.Docs.Tests.Exercises;

namespace Hybrid.Docs.Tests;

/// <summary><c>count: sums n=N</c>: the same floats added in three orders.</summary>
static class SumCounts
{
    public static string Orders(BlockArguments arguments)
    {
        var n = arguments.Int("n");
        var terms = new float[n];
        for (var i = 0; i < n; i++) terms[i] = 1f / (i + 1);
        var exact = terms.Sum(term => (double)term);
        var ulp = (double)MathF.BitIncrement((float)exact) - (float)exact;

        var table = new Table(
            "Order", "Float32 sum", "Error, ULP", "Longest chain of additions", "Worst error, ULP");
        Row("one by one", OneByOne(terms), n);
        Row("halves of halves", Halves(terms), (int)Math.Ceiling(Math.Log2(n)));
        Row("32 partial sums and a butterfly", OnHost(terms), (n + 31) / 32 + 5);
        return table.ToString();

        void Row(string order, float sum, int chain) =>
            table.Row(order, LaneCounts.Float(sum),
                FormattableString.Invariant($"{Math.Abs(sum - exact) / ulp:F1}"), chain,
                // To first order, with u = 2⁻²⁴ (Higham 2002, section 4.2).
                FormattableString.Invariant($"{chain * Math.ScaleB(1, -24) * exact / ulp:F0}"));
    }

    static float OneByOne(float[] terms)
    {
        var sum = 0f;
        foreach (var term in terms) sum += term;
        return sum;
    }

    static float Halves(ReadOnlySpan<float> terms) => terms.Length == 1
        ? terms[0]
        : Halves(terms[..(terms.Length / 2)]) + Halves(terms[(terms.Length / 2)..]);

    /// <summary>As the host device does it, which must be as the exercise says.</summary>
    static float OnHost(float[] terms)
    {
        using var device = new HostDevice(1);
        var y = device.Arena.Allocate(1, 1);
        device.Ops.RowSums(device.From(terms, 1, terms.Length), y);
        var sum = device.ToArray(y)[0];
        return sum.Equals(Chapter03.SumOfRow(terms))
            ? sum
            : throw new DerivationException("the host device and the exercise add in different orders");
    }
}
