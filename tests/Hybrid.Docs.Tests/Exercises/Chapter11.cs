using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 11's exercise: delete the body of Traffic, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter11
{
    #region traffic
    /// <summary>
    /// What a fused step costs in a product whose threads make r × r outputs and whose blocks make S × S, with
    /// tiles in shared memory: floats that a thread loads from there, and bytes that the block loads from memory.
    /// </summary>
    public static (double Floats, double Bytes) Traffic(int r, int side) => (2.0 / r, 2.0 * 4 / side);
    #endregion

    /// <summary>One block of a rung, deep enough that nothing but its steps counts.</summary>
    [TestCase(3, 1, 16)]
    [TestCase(4, 4, 64)]
    [TestCase(5, 8, 128)]
    public void Is_what_the_machine_counts(int version, int r, int side)
    {
        const int depth = 64;
        var rung = Affine.Ladder.Rungs[version - 1];
        using var device = GpuDevice.Ptx();
        Rows Zeros(int rows, int columns) => device.Arena.View(device.Arena.Allocate(rows, columns));
        var y = Zeros(side, side);
        Rows x = Zeros(side, 2 * depth), w = Zeros(2 * depth, side), bias = Zeros(side, 1);

        // What depth more steps of k add.
        var (shallow, deep) = (Count(depth), Count(2 * depth));
        var steps = (double)side * side * depth;

        Assert.That(32 * (deep.LoadSectors - shallow.LoadSectors) / steps, Is.EqualTo(Traffic(r, side).Bytes));
        Assert.That(deep.FusedSteps - shallow.FusedSteps, Is.EqualTo(steps));

        Ptx.Counters Count(int k) => device.PtxMachine!.Launch(
            rung, new(x, w, bias, Activation.Identity, y, y, 0, side, side, k));
    }

    [Test]
    public void Larger_pieces_ask_for_less()
    {
        Assert.That(Traffic(1, 16).Floats, Is.EqualTo(2));
        Assert.That(Traffic(4, 64).Floats, Is.EqualTo(0.5));
        Assert.That(Traffic(8, 128).Floats, Is.EqualTo(0.25));
    }
}
