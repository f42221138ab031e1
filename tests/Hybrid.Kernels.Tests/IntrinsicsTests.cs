using System.Reflection;
using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// Each exact step is one instruction with a stated rounding; each sum across lanes is its butterfly.
/// </summary>
[TestFixtureSource(typeof(Machines), nameof(Machines.WithWarps))]
public sealed class IntrinsicsTests(Machine machine) : KernelFixture(machine)
{
    public readonly record struct Arguments(Rows X, Rows Y, int Lanes);

    /// <summary>Every method of <see cref="Exact"/>, once, over values that no compiler can know.</summary>
    public static void EveryStep(Arguments a)
    {
        float x = a.X[0].V, y = a.X[1].V, z = a.X[2].V;
        a.Y[0] = new(Exact.Add(x, y));
        a.Y[1] = new(Exact.Sub(x, y));
        a.Y[2] = new(Exact.Mul(x, y));
        a.Y[3] = new(Exact.Div(x, y));
        a.Y[4] = new(Exact.Sqrt(x));
        a.Y[5] = new(Exact.Fma(x, y, z));
        a.Y[6] = new(Exact.Abs(x));
        a.Y[7] = new(Exact.WhereLess(x, y, z, 1));
        a.Y[8] = new(Exact.FromBits((int)Exact.MulHigh((uint)Exact.Bits(x), (uint)Exact.Bits(y))));
        a.Y[9] = new(Exact.Bits(z));
    }

    [TestCase("add.rn.f32")]
    [TestCase("sub.rn.f32")]
    [TestCase("mul.rn.f32")]
    [TestCase("div.rn.f32")]
    [TestCase("sqrt.rn.f32")]
    [TestCase("fma.rn.f32")]
    [TestCase("abs.f32")]
    [TestCase("setp.lt.f32")]
    [TestCase("selp.f32")]
    [TestCase("mul.hi.u32")]
    [TestCase("cvt.rn.f32.s32")]
    public void A_step_is_one_instruction(string instruction)
    {
        using var compiler = KernelContext.PtxCompiler();
        var ptx = new PtxModule(compiler.Compile(typeof(IntrinsicsTests).GetMethod(nameof(EveryStep))!));

        Assert.That(ptx.Count(instruction), Is.EqualTo(1), string.Join('\n', ptx.Body));
        Assert.That(ptx.Body, Has.None.Contains(".f64").And.None.Contains("call"));
    }

    [Test]
    public void No_step_is_forgotten()
    {
        var steps = typeof(Exact).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name);
        var intrinsics = typeof(Intrinsics).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.GetCustomAttributes().Any(a => a.GetType().Name.StartsWith("Intrinsic")))
            .Select(method => method.Name);

        Assert.That(intrinsics.Concat([nameof(Exact.Bits), nameof(Exact.FromBits)]), Is.EquivalentTo(steps));
    }

    [Test]
    public void Steps_run_as_they_are_on_the_simulator()
    {
        var x = new Matrix(3, 1).With((row, _) => 1.1f + row * -0.7f);
        var y = new Matrix(10, 1);

        Simulator.Run(new Rung<Arguments>("", EveryStep, _ => new(1, 1)), new(Simulator[x], Simulator[y], 0));

        Assert.That(y[3, 0], Is.EqualTo(x[0, 0] / x[1, 0]));
        Assert.That(y[5, 0], Is.EqualTo(MathF.FusedMultiplyAdd(x[0, 0], x[1, 0], x[2, 0])));
        Assert.That(y[7, 0], Is.EqualTo(1f));
    }

    public static void SumLanes(Arguments a) =>
        a.Y[Group.IdxX] = Reduce.AcrossLanes(a.X[Group.IdxX], a.Lanes);

    public static void SumWarp(Arguments a) => a.Y[Group.IdxX] = Reduce.AcrossWarp(a.X[Group.IdxX]);

    [Test]
    public void A_warp_sums_as_a_butterfly_and_every_lane_knows()
    {
        var x = Matrix.Random(32, 1, -1, 1);
        var y = new Matrix(32, 1);

        Simulator.Run(new Rung<Arguments>("", SumWarp, _ => new(1, 32)), new(Simulator[x], Simulator[y], 32));

        MustBe(y, (_, _) => Order.Row(32, i => x.At(i, 0)));
    }

    [Test]
    public void Groups_of_lanes_sum_apart([Values(1, 2, 4, 8, 16, 32)] int lanes)
    {
        var x = Matrix.Random(32, 1, -1, 1);
        var y = new Matrix(32, 1);

        Simulator.Run(
            new Rung<Arguments>("", SumLanes, _ => new(1, 32)), new(Simulator[x], Simulator[y], lanes));

        MustBe(y, (lane, _) => Order.Row(lanes, i => x.At(lane / lanes * lanes + i, 0)));
    }

    [Test]
    public void A_row_takes_the_next_power_of_two_lanes([Range(1, 40)] int columns)
    {
        var next = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)columns);

        Assert.That(1 << Reduce.LanesLog2(columns), Is.EqualTo(Math.Min(32, next)));
    }
}
