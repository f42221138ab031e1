using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>What the OpenCL machine covers; the other fixtures run their cases on it.</summary>
[TestFixture]
public sealed class OpenClTests
{
    static void OnlyWhereItIs()
    {
        if (!OpenCl.IsInstalled)
            Assert.Ignore($"{PtxTests.Rungs.Count(OpenCl.Runs)} rungs are not run as OpenCL: {OpenCl.Missing}");
    }

    /// <summary>Left out, and counted: <see cref="RungCasesAttribute"/>.</summary>
    [Test]
    public void Rungs_that_need_warps()
    {
        OnlyWhereItIs();
        Rung[] left = [.. PtxTests.Rungs.Where(rung => !OpenCl.Runs(rung))];
        Assert.That(left, Has.Length.LessThan(PtxTests.Rungs.Count() / 2));
        Assert.Ignore($"{left.Length} rungs of {PtxTests.Rungs.Count()} need shuffles, tensor cores or "
            + $"cp.async, which PoCL has not: {string.Join(", ", left.Select(rung => rung.Name))}");
    }

    /// <summary>Any bits but those of NaN, whose payload IEEE 754 leaves open.</summary>
    [Test]
    public void Each_exact_step_has_the_bits_of_the_host()
    {
        OnlyWhereItIs();
        using Simulator host = new(Machine.Simulator), openCl = new(Machine.OpenCl);
        var random = new Random(1);
        for (var trial = 0; trial < 100; trial++)
        {
            var x = new Matrix(3, 1).With((_, _) => AnyNumber(random));
            Matrix expected = Steps(host, x), actual = Steps(openCl, x);
            for (var step = 0; step < expected.Rows; step++)
                if (!float.IsNaN(expected[step, 0]))
                    Assert.That(actual.Bits[step], Is.EqualTo(expected.Bits[step]),
                        $"step {step} of {x[0, 0]:R}, {x[1, 0]:R}, {x[2, 0]:R}");
        }
    }

    static Matrix Steps(Simulator simulator, Matrix x)
    {
        var y = new Matrix(10, 1);
        simulator.Run(
            new Rung<IntrinsicsTests.Arguments>("", IntrinsicsTests.EveryStep, _ => new(1, 1)),
            new(simulator[x], simulator[y], 0));
        return y;
    }

    static float AnyNumber(Random random)
    {
        while (true)
        {
            var number = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (!float.IsNaN(number)) return number;
        }
    }
}
