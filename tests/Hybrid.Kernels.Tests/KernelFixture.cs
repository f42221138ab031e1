using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>One device per fixture, and the comparisons that fixtures share.</summary>
/// <remarks>
/// A fixture runs on what a kernel's C# says, on the PTX that becomes of it, on its OpenCL C and on a GPU where there are
/// such machines; or on fewer, if it names them itself.
/// </remarks>
[TestFixtureSource(typeof(Machines), nameof(Machines.Here))]
public abstract class KernelFixture(Machine machine)
{
    /// <summary>
    /// On both sides of a block's eight rows, of a warp's 32 lanes, and of V3's row lengths.
    /// </summary>
    protected static readonly (int B, int D)[] RowShapes =
        [(1, 1), (2, 31), (3, 32), (9, 33), (37, 5), (5, 130)];

    private protected Simulator Simulator { get; private set; } = null!;

    [OneTimeSetUp]
    public void CreateSimulator() => Simulator = new(machine);

    [OneTimeTearDown]
    public void DisposeSimulator() => Simulator?.Dispose();

    [TearDown]
    public void KernelsStayInTheirViews() => Trespass.MustBeNone();

    private protected static IEnumerable<object[]> Every<TArguments>(
        Ladder<TArguments> ladder, (int B, int D)[] shapes) where TArguments : struct =>
        from rung in ladder.Rungs from shape in shapes select new object[] { rung, shape.B, shape.D };

    /// <summary>Every word has the same bits.</summary>
    private protected static void MustBe(Matrix actual, Func<int, int, F32> expected, string what = "")
    {
        var wanted = new Matrix(actual.Rows, actual.Columns, actual.Offset, actual.Stride - actual.Columns);
        wanted.With((row, column) => expected(row, column).V);
        Assert.That(actual.Bits, Is.EqualTo(wanted.Bits), what);
    }

    /// <summary>Row sums: the documented order to the bit, or any order within its error bound.</summary>
    /// <remarks>
    /// n float32 numbers summed in any order err by at most (n − 1)·u·Σ|x| to first order, u = 2⁻²⁴ (Higham
    /// 2002, eq. 4.4); γ covers the rest. The terms themselves are the same bits on both sides.
    /// </remarks>
    private protected static void SumsMustAgree(
        Matrix actual, int count, bool inOrder, Func<int, int, F32> term)
    {
        if (inOrder)
        {
            MustBe(actual, (row, _) => Order.Row(count, i => term(row, i)));
            return;
        }
        for (var row = 0; row < actual.Rows; row++)
        {
            double sum = 0, magnitude = 0;
            for (var i = 0; i < count; i++)
            {
                sum += term(row, i).V;
                magnitude += Math.Abs((double)term(row, i).V);
            }
            var nu = count * Math.ScaleB(1, -24);
            Assert.That((double)actual[row, 0], Is.EqualTo(sum).Within(nu / (1 - nu) * magnitude));
        }
    }
}
