using Hybrid.Devices.Measure;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Devices.Tests.Measure;

[TestFixture]
public class RooflineTests
{
    // 100, 50 and 10 GB/s; 200 GFLOP/s; caches of 1,000 and 10,000 bytes.
    static readonly Roofline Roof = new(100, 50, 10, 200, 1_000, 10_000);

    [TestCase(600, 400, CeilingKind.L2, 1_000 / 100e9)]
    [TestCase(601, 400, CeilingKind.L3, 1_001 / 50e9)]
    [TestCase(5_000, 5_000, CeilingKind.L3, 10_000 / 50e9)]
    [TestCase(5_001, 5_000, CeilingKind.Memory, 10_001 / 10e9)]
    public void Bytes_are_bound_by_the_level_they_fit_in(
        long read, long written, CeilingKind level, double seconds)
    {
        var cost = new Cost(read, written, 1, 1_000_000);

        Assert.That(Roof.Level(cost), Is.EqualTo(level));
        Assert.That(Roof.Bound(cost), Is.EqualTo(seconds).Within(1e-12).Percent);
    }

    [Test]
    public void Many_flops_a_byte_are_bound_by_arithmetic()
    {
        Assert.That(Roof.Bound(new(10, 10, 2_000_000, 0)), Is.EqualTo(1e-5).Within(1e-12).Percent);
    }

    [Test]
    public void Twice_the_bound_is_half_of_the_roof()
    {
        var cost = new Cost(10, 10, 2_000_000, 0);

        Assert.That(Roof.Fraction(cost, 2 * Roof.Bound(cost)), Is.EqualTo(0.5).Within(1e-12));
    }

    [Test]
    public void The_roof_is_the_best_repetition_of_each_kind()
    {
        var rate = new Spread(1, 2, 3);
        Ceiling[] ceilings =
        [
            new("a", CeilingKind.L2, 1, rate, 90), new("b", CeilingKind.L2, 2, rate, 180),
            new("c", CeilingKind.L3, 2, rate, 40), new("d", CeilingKind.Memory, 1, rate, 12),
            new("e", CeilingKind.Memory, 2, rate, 11), new("f", CeilingKind.Fma, 1, rate, 150),
        ];
        var machine = new MachineFacts("cpu", "isa", 2, "dotnet", "os", 1_000, 9_000);

        Assert.That(Roofline.Of(ceilings, machine), Is.EqualTo(new Roofline(180, 40, 12, 150, 2_000, 9_000)));
    }

    [Test]
    public void Every_kind_of_ceiling_has_a_probe_on_this_machine()
    {
        var probes = RooflineProbes.Of(MachineFacts.Here());

        Assert.That(probes.Select(probe => probe.Kind).Distinct(),
            Is.EquivalentTo(Enum.GetValues<CeilingKind>()));
        Assert.That(probes.Select(probe => probe.Name), Is.Unique);
    }

    [Test]
    public void A_loop_of_fused_steps_counts_two_flops_a_step_and_place()
    {
        Assert.That(FmaLoop.Flops<F32>(3), Is.EqualTo(2 * 12 * 4 * 3));
        Assert.That(FmaLoop.Flops<F32x16>(3), Is.EqualTo(16 * FmaLoop.Flops<F32>(3)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Every_byte_of_a_copy_is_copied(bool streaming)
    {
        const int pieces = 3;
        using var copy = new CopyLoop(pieces * 4096);
        var tasks = copy.InPieces(pieces, passes: 2, streaming);
        for (var task = 0; task < pieces; task++) tasks.Run(task, worker: 0);

        Assert.That(copy.Target.ToArray(), Is.All.EqualTo(1));
        Assert.That(tasks.Bytes(pieces), Is.EqualTo(2 * 2 * copy.Target.Length));
    }

    // c ← 0.999·c + 0.001 keeps c = 1 and pulls every other start towards it.
    [Test]
    public unsafe void Every_width_of_the_loop_computes_the_same()
    {
        float narrow;
        var wide = stackalloc float[16];
        FmaLoop.Run<F32>(10, &narrow);
        FmaLoop.Run<F32x16>(10, wide);

        Assert.That(new ReadOnlySpan<float>(wide, 16).ToArray(), Is.All.EqualTo(narrow));
    }
}
