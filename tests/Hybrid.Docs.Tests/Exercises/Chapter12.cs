using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 12's exercise: delete the body of Attended, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter12
{
    #region attended
    /// <summary>One row of attention in one walk over its keys, in the order of every device.</summary>
    /// <param name="scores">The scaled scores of the row's keys.</param>
    /// <param name="values">A row per key, as wide as <paramref name="y"/>.</param>
    /// <param name="y">The output.</param>
    /// <returns>L, the log-sum-exp of the scores.</returns>
    public static F32 Attended(ReadOnlySpan<F32> scores, ReadOnlySpan<F32> values, Span<F32> y)
    {
        y.Clear();
        F32 m = new(float.MinValue), sum = new(0);
        Span<F32> weights = stackalloc F32[32];
        for (; scores.Length > 0; scores = scores[Math.Min(32, scores.Length)..])
        {
            var block = scores[..Math.Min(32, scores.Length)];
            var risen = m;
            foreach (var score in block) risen = F32.Max(risen, score);
            weights.Clear();
            for (var j = 0; j < block.Length; j++) weights[j] = AttentionWeight.Apply(block[j], risen);

            var shrink = OnlineSoftmax.Shrink(m, risen);
            for (var d = 0; d < y.Length; d++)
            {
                y[d] *= shrink;
                for (var j = 0; j < block.Length; j++) y[d] = F32.Fma(weights[j], values[j * y.Length + d], y[d]);
            }
            for (var half = 16; half > 0; half /= 2)
                for (var l = 0; l < half; l++) weights[l] += weights[l + half];
            sum = OnlineSoftmax.Join(sum, shrink, weights[0]);
            m = risen;
            values = values[(block.Length * y.Length)..];
        }
        foreach (ref var value in y) value /= sum;
        return OnlineSoftmax.LogSum(m, sum);
    }
    #endregion

    [Test]
    public void Has_the_bits_of_the_host_device([Values(1, 32, 33, 100)] int keys)
    {
        const int dv = 5;
        var random = new Random(keys);
        F32[] Numbers(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => new F32(8 * random.NextSingle() - 4))];
        F32[] scores = Numbers(keys), values = Numbers(keys * dv), y = new F32[dv];
        using var device = new HostDevice(1);
        Tensor to = device.Arena.Allocate(1, dv), logSum = device.Arena.Allocate(1, 1);
        // With one column, a query of 1 and no scale, a key is its score.
        device.Ops.Attention(
            device.From([1], 1, 1), device.From([.. scores.Select(x => x.V)], keys, 1),
            device.From([.. values.Select(x => x.V)], keys, dv), new(1, 1, keys, 1, dv, 1), to, logSum);

        var expected = Attended(scores, values, y);

        Assert.That(device.ToArray(to).Select(BitConverter.SingleToInt32Bits),
            Is.EqualTo(y.Select(x => BitConverter.SingleToInt32Bits(x.V))));
        Assert.That(device.ToArray(logSum)[0], Is.EqualTo(expected.V));
    }
}
