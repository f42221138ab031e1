namespace Hybrid.Ptx.Tests;

/// <summary>The least cycles for what was counted.</summary>
[TestFixture]
public class GpuRatesTests
{
    /// <summary>One warp, every lane a sector of its own: 32 sectors take 8 cycles, 6 instructions 1.5.</summary>
    [Test]
    public void Scattered_loads_are_limited_by_the_cache()
    {
        using var kernel = new Kernel();
        kernel.Run("""
            shl.b32 %r2, %r1, 5;
            cvt.u64.u32 %rd3, %r2;
            add.u64 %rd4, %rd1, %rd3;
            ld.global.u32 %r3, [%rd4];
            """, new uint[32 * 8]);
        var (unit, cycles) = GpuRates.H100.Limit(kernel.Counters);
        Assert.That(kernel.Counters.LoadSectors, Is.EqualTo(32));
        // The sectors come from memory too: 1024 bytes.
        Assert.That(GpuRates.H100.Cycles(GpuUnit.L1, kernel.Counters), Is.EqualTo(8));
        Assert.That((unit, cycles), Is.EqualTo((GpuUnit.Memory, 1024 / 13.9)));
    }

    [Test]
    public void Each_unit_has_its_rate()
    {
        var counters = new Counters
        {
            Instructions = 40, LoadSectors = 30, StoreSectors = 10, SharedRounds = 20, MatrixSteps = 25,
            BytesRead = 100, BytesWritten = 39,
        };
        Assert.That(
            Enum.GetValues<GpuUnit>().Select(unit => GpuRates.H100.Cycles(unit, counters)),
            Is.EqualTo(new[] { 10, 10, 20, 25, 10.0 }));
        Assert.That(GpuRates.H100.Limit(counters), Is.EqualTo((GpuUnit.Tensor, 25.0)));
    }

    /// <summary>A block has a multiprocessor; memory is everybody's.</summary>
    [TestCase(1, 400)]
    [TestCase(4, 100)]
    [TestCase(132, 50)]
    [TestCase(1000, 50)]
    public void A_launch_alone_has_as_many_multiprocessors_as_blocks(int blocks, double cycles)
    {
        var counters = new Counters { SharedRounds = 400, BytesRead = (long)(50 * 132 * 13.9) };
        Assert.That(GpuRates.H100.Alone(counters, blocks), Is.EqualTo(cycles).Within(1e-3));
    }

    [Test]
    public void Without_anything_nothing_limits() =>
        Assert.That(GpuRates.H100.Limit(new()).Cycles, Is.Zero);

    /// <summary>The paper's rates per second, from those per cycle: 132 multiprocessors at 1.83 GHz.</summary>
    [Test]
    public void The_rates_are_the_papers()
    {
        var cycles = GpuRates.H100.Multiprocessors * 1.83e9;
        const double stepsOfProduct = 16 * 8 * 8;
        Assert.That(2 * stepsOfProduct * GpuRates.H100.MatrixSteps * cycles, Is.EqualTo(494.7e12).Within(0.1).Percent);
        Assert.That(GpuRates.H100.MemoryBytes * cycles, Is.EqualTo(3.35e12).Within(0.5).Percent);
    }
}
