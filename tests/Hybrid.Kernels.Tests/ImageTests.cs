using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Images as rows of pixels: smaller, larger, and a row for each.</summary>
public sealed class ImageTests(Machine machine) : KernelFixture(machine)
{
    static readonly ImageShape[] Images = [new(1, 2, 2, 1), new(2, 4, 6, 3), new(3, 2, 8, 33), new(1, 4, 2, 36)];

    /// <summary>Every rung, rows that are aligned and rows that are not.</summary>
    static IEnumerable<object[]> Sizes<T>(Ladder<T> ladder) where T : struct =>
        from rung in ladder.Rungs
        from size in Images
        from gap in new[] { 0, 1 }
        select new object[] { rung, size, gap };

    public static IEnumerable<object[]> DownCases() => Sizes(Downsample.Ladder);

    public static IEnumerable<object[]> UpCases() => Sizes(Upsample.Ladder);

    static readonly (int N, int Pixels, int C)[] Rows = [(1, 1, 1), (2, 31, 5), (3, 33, 33), (2, 70, 4)];

    [RungCases(nameof(DownCases))]
    public void Every_four_pixels_become_one(Rung<Downsample.Arguments> rung, ImageShape s, int gap)
    {
        var x = Matrix.Random(s.Rows, s.C, -2, 2, seed: 1, gap: gap);
        var y = new Matrix(s.Rows / 4, s.C, gap: 2 * gap);

        Simulator.Run(rung, new(Simulator[x], 0.3f, Simulator[y], s));

        MustBe(y, (row, c) =>
        {
            int column = row % (s.W / 2), above = row / (s.W / 2) * 2;
            F32 At(int down, int right) => x.At((above + down) * s.W + 2 * column + right, c);
            return new F32(0.3f) * (At(0, 0) + At(0, 1) + (At(1, 0) + At(1, 1)));
        });
    }

    [RungCases(nameof(UpCases))]
    public void Every_pixel_becomes_four(Rung<Upsample.Arguments> rung, ImageShape s, int gap)
    {
        var x = Matrix.Random(s.Rows / 4, s.C, -2, 2, seed: 1, offset: gap);
        var y = new Matrix(s.Rows, s.C, gap: gap);

        Simulator.Run(rung, new(Simulator[x], 0.3f, Simulator[y], s));

        MustBe(y, (row, c) => new F32(0.3f) * x.At(row / s.W / 2 * (s.W / 2) + row % s.W / 2, c));
    }

    [TestCaseSource(nameof(Rows))]
    public void A_row_goes_to_every_pixel((int N, int Pixels, int C) s)
    {
        var x = Matrix.Random(s.N, s.C, -2, 2, seed: 1, gap: 1);
        Matrix Before() => Matrix.Random(s.N * s.Pixels, s.C, -2, 2, seed: 2, offset: 1, gap: 1);
        Matrix before = Before(), y = Before();

        Simulator.Run(AddPerImage.Ladder.InUse, new(Simulator[x], Simulator[y], s.N, s.Pixels, s.C));

        MustBe(y, (row, c) => before.At(row, c) + x.At(row / s.Pixels, c));
    }

    public static IEnumerable<object[]> SumCases() =>
        from rung in SumPerImage.Ladder.Rungs from shape in Rows select new object[] { rung, shape };

    [RungCases(nameof(SumCases))]
    public void A_row_receives_from_every_pixel(
        Rung<SumPerImage.Arguments> rung, (int N, int Pixels, int C) s)
    {
        var x = Matrix.Random(s.N * s.Pixels, s.C, -2, 2, seed: 1, gap: 2);
        var y = new Matrix(s.N, s.C, gap: 1);

        Simulator.Run(rung, new(Simulator[x], Simulator[y], s.N, s.Pixels, s.C));

        MustBe(y, (n, c) => Order.Row(s.Pixels, p => x.At(n * s.Pixels + p, c)));
    }
}
