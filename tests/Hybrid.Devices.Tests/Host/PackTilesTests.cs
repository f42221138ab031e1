using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

/// <summary>A transposed A is copied to scratch, where no guard of a <see cref="Bed"/> stands.</summary>
[TestFixture]
public sealed unsafe class PackTilesTests
{
    /// <summary>Whole tiles, a part of one, more than a task's group.</summary>
    static readonly int[] RowCounts = [1, 3, 4, 7, 8, 9, 31, 32, 33, 63, 64, 65, 130];

    [Test]
    public void Tiles_of_8_stay_in_their_words([ValueSource(nameof(RowCounts))] int rows) =>
        Check<F32x16>(rows, 8);

    [Test]
    public void Tiles_of_4_stay_in_their_words([ValueSource(nameof(RowCounts))] int rows) =>
        Check<F32x8>(rows, 4);

    [Test]
    public void Tiles_of_4_serve_4_lanes([ValueSource(nameof(RowCounts))] int rows) => Check<F32x4>(rows, 4);

    static void Check<T>(int rows, int height) where T : unmanaged, IVectorLane<T>
    {
        const int Depth = 5, Guards = 64;
        var stride = rows + 3;
        var source = Sample.Uniform(Depth * stride, rows);
        var words = (int)PackTiles<T>.Words(rows, Depth);
        var copy = new float[words + 2 * Guards];
        Array.Fill(copy, float.NaN);
        fixed (float* from = source, to = copy)
        {
            var pack = new PackTiles<T>(from, stride, rows, Depth, to + Guards);
            for (var task = 0; task < pack.Tasks; task++) pack.Run(task, 0);
        }
        Assert.That(copy[..Guards], Is.All.NaN);
        Assert.That(copy[^Guards..], Is.All.NaN);
        for (var m = 0; m < rows; m++)
            for (var k = 0; k < Depth; k++)
                Assert.That(copy[Guards + m / height * height * Depth + k * height + m % height],
                    Is.EqualTo(source[k * stride + m]));
    }
}
