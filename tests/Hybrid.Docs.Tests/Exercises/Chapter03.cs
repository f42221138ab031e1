using Hybrid.Devices.Host;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 3's exercise: delete the body of SumOfRow, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter03
{
    #region sum-of-row
    /// <summary>A row's sum in the order that every device keeps.</summary>
    public static float SumOfRow(ReadOnlySpan<float> row)
    {
        Span<float> partial = stackalloc float[32];
        partial.Clear();
        for (var d = 0; d < row.Length; d++) partial[d % 32] += row[d];
        for (var distance = 16; distance > 0; distance /= 2)
            for (var l = 0; l < distance; l++) partial[l] += partial[l + distance];
        return partial[0];
    }
    #endregion

    [Test]
    public void Has_the_bits_of_the_host_device([Values(1, 7, 31, 32, 33, 100, 784)] int n)
    {
        var random = new Random(n);
        var row = new float[n];
        for (var d = 0; d < n; d++) row[d] = random.NextSingle() - 0.5f;
        using var device = new HostDevice(1);
        var y = device.Arena.Allocate(1, 1);
        device.Ops.RowSums(device.From(row, 1, n), y);

        Assert.That(BitConverter.SingleToInt32Bits(SumOfRow(row)),
            Is.EqualTo(BitConverter.SingleToInt32Bits(device.ToArray(y)[0])));
    }
}
