using Hybrid.Ptx;

namespace Hybrid.Kernels.Tests;

/// <summary>What the machine says about our own kernels: where a fault is, and what they cost.</summary>
[TestFixture]
public sealed class PtxMachineTests
{
    /// <summary>A matrix one row short: the fault names the kernel's C# line and the thread.</summary>
    [Test]
    public void A_fault_names_the_line_of_the_kernel()
    {
        using var simulator = new Simulator(Machine.Ptx);
        var x = Matrix.Random(6, 40, -1, 1);
        var kl = new Matrix(7, 1);
        var fault = Assert.Throws<PtxFault>(() => simulator.Run(
            KlRows.Ladder.InUse, new(simulator[x], simulator[x], simulator[kl], 7, 40)))!;
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.OutOfBounds));
        Assert.That(fault.Message, Does.Match(@"in thread \(\d+, \d+, 0\) of block \(0, 0, 0\) at PTX line \d+ \(\w+(\.V\d)?\.cs:\d+\)"));
    }

    /// <summary>256 rows of 8: what each rung's idea is about.</summary>
    [Test]
    public void Rungs_of_a_row_sum_ask_memory_for_less()
    {
        var counters = KlRows.Ladder.Rungs.Select(rung =>
        {
            using var simulator = new Simulator(Machine.Ptx);
            var (mu, kl) = (Matrix.Random(256, 8, -1, 1), new Matrix(256, 1));
            simulator.Run(rung, new(simulator[mu], simulator[mu], simulator[kl], 256, 8));
            return simulator.Counters!;
        }).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(counters[0].SectorsPerLoad, Is.EqualTo(32), "every lane a sector of its own");
            Assert.That(counters[1].SectorsPerLoad, Is.EqualTo(1), "8 neighbours");
            Assert.That(counters[2].SectorsPerLoad, Is.EqualTo(4), "four rows share a warp");
            Assert.That(counters[2].Instructions, Is.LessThan(counters[1].Instructions));
            Assert.That(counters.Select(c => c.BytesRead), Is.All.EqualTo(2 * 4 * 256 * 8), "no rung reads anything twice from memory");
        });
    }
}
