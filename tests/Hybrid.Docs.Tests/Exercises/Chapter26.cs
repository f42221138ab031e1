using Hybrid.Devices;
using Hybrid.Devices.Host;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 26's exercise: delete the body of Patch, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter26
{
    #region patch
    /// <summary>Where number i of token t lies in a picture of patches of p pixels a side, so many of them across.</summary>
    public static (int Row, int Column) Patch(int t, int i, int p, int across) =>
        (t / across * p + i / p, t % across * p + i % p);
    #endregion

    [Test]
    public void Is_a_transposition_of_blocks([Values(1, 2, 3)] int p)
    {
        const int down = 4, across = 5;
        using var device = new HostDevice(threads: 1);
        var pixels = device.From(
            [.. Enumerable.Range(0, down * p * across * p).Select(i => (float)i)], down * p, across * p);
        var tokens = device.Arena.Allocate(down * across, p * p);
        device.Ops.TransposeBlocks(pixels, p, p, tokens);
        var numbers = device.ToArray(tokens);
        for (var n = 0; n < numbers.Length; n++)
        {
            var (row, column) = Patch(n / (p * p), n % (p * p), p, across);
            Assert.That(numbers[n], Is.EqualTo(row * across * p + column));
        }
    }
}
