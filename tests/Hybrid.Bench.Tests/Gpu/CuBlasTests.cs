using System.Diagnostics;
using Hybrid.Bench.Comparison;
using Hybrid.Devices.Gpu;

namespace Hybrid.Bench.Tests.Gpu;

/// <summary>Our calls of cuBLAS against a library that does what cuBLAS's documentation says, in C on the CPU.</summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "the library is compiled by gcc")]
public sealed class CuBlasTests
{
    static readonly Roofline Roof = new(100, 50, 10, 200, 1_000, 10_000);

    string folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("hybrid-cublas-").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    CuBlasLibrary Stub(params string[] options)
    {
        var source = Path.Combine(TestContext.CurrentContext.TestDirectory, "cublas_stub.c");
        var file = Path.Combine(folder, $"libcublas.stub{options.Length}.so");
        try
        {
            using var gcc = Process.Start(
                new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", .. options, "-o", file, source, "-lm"]))!;
            gcc.WaitForExit();
            Assert.That(gcc.ExitCode, Is.Zero);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("gcc is not here to compile the stub");
        }
        Assert.That(CuBlasLibrary.TryLoad(file, out var library, out var missing), missing);
        return library!;
    }

    /// <summary>Different sizes in all three directions, so that no two can be mistaken.</summary>
    static IEnumerable<OperationCase> Products() =>
        from format in new[] { ProductFormat.Fp32, ProductFormat.Tf32, ProductFormat.Bf16 }
        from operation in new[]
        {
            ProductCases.Layer(5, 37, 19, "", format), ProductCases.GradInput(5, 37, 19, "", format),
            ProductCases.GradWeight(5, 37, 19, "", format),
        }
        select operation;

    [TestCaseSource(nameof(Products))]
    public void It_stands_beside_every_product_and_ours_are_measured_by_it(OperationCase operation)
    {
        var beside = new ProductSteps(GpuDevice.Ptx, Stub(), Enum.GetValues<Factors>());
        var result = SpeedLadder.Run(GpuLadders.On(operation, GpuDevice.Ptx, beside), Roof, new(0, 0, 1, 1));

        Assert.That(result.Right);
        var yardstick = result.Rungs[^1];
        Assert.That(yardstick.Name,
            Is.EqualTo($"cuBLAS, {operation.Factors.ToString()!.ToLowerInvariant()}, the product alone"));
        Assert.That(yardstick is { Seconds.Median: > 0, OfCuBlas: null });
        var ours = result.Rungs.SkipLast(1).ToArray();
        Assert.That(ours.Select(rung => rung.Name), Is.EqualTo(operation.Ladder.Rungs.Select(rung => rung.Name)));
        foreach (var rung in ours)
            Assert.That(rung.OfCuBlas, Is.EqualTo(yardstick.Seconds!.Value.Median / rung.Seconds!.Value.Median));
    }

    [Test]
    public void It_stands_beside_nothing_else() => Assert.That(
        new ProductSteps(GpuDevice.Ptx, Stub(), Enum.GetValues<Factors>()).Of(RowCases.Kl(5, 37, "")), Is.Empty);

    [TestCaseSource(nameof(Products))]
    public void Outputs_that_are_a_little_off_are_wrong(OperationCase operation)
    {
        using var gpu = GpuDevice.Simulator();
        var factors = operation.Factors!.Value;
        var product = operation.Bind(gpu).Product! with { Bias = null, Relu = false };
        using var cublas = new CuBlas(Stub(), gpu, factors);
        cublas.Product(gpu, product)();
        var outputs = gpu.ToArray(product.C);

        Assert.That(ProductCheck.Largest(gpu, product, factors, outputs), Is.LessThanOrEqualTo(1));
        for (var i = 0; i < outputs.Length; i++) outputs[i] *= 1.03f;
        Assert.That(ProductCheck.Largest(gpu, product, factors, outputs), Is.GreaterThan(1));
    }

    [Test]
    public void What_a_GPU_does_not_do_is_said_in_one_line()
    {
        using var gpu = GpuDevice.Simulator();
        var library = Stub("-DWITHOUT_BF16");

        Assert.That(ProductSteps.Refusal(library, gpu, Factors.Tf32), Is.Null);
        Assert.That(ProductSteps.Refusal(library, gpu, Factors.Bf16),
            Is.EqualTo("cublasGemmEx ended with status 15 (cublasStatus_t)"));
    }

    [Test]
    public void It_says_its_version_and_file() =>
        Assert.That(Stub().About, Does.Match(@"^cuBLAS 7\.8\.9 · .*libcublas\.stub0\.so$"));

    [Test]
    public void A_library_that_is_not_there_is_said_in_one_line()
    {
        Assert.That(CuBlasLibrary.TryLoad("/nowhere/libcublas.so", out _, out var missing), Is.False);
        Assert.That(missing, Is.EqualTo("cuBLAS left out: HYBRID_CUBLAS=/nowhere/libcublas.so does not load"));
    }

    [Test]
    public void A_library_without_the_functions_is_said_in_one_line()
    {
        Assert.That(CuBlasLibrary.TryLoad("libc.so.6", out _, out var missing), Is.False);
        Assert.That(missing, Does.Contain("libc.so.6 is none").And.Not.Contain("\n"));
    }

    [TestCase(GemmOp.NN, false, false, 5, 7)]
    [TestCase(GemmOp.NT, true, false, 7, 7)]
    [TestCase(GemmOp.TN, false, true, 5, 3)]
    public void Factors_change_places(GemmOp op, bool first, bool second, int firstStride, int secondStride) =>
        Assert.That(ColumnMajor.Of(op, M: 3, N: 5, K: 7),
            Is.EqualTo(new ColumnMajor(first, second, 5, 3, 7, firstStride, secondStride)));

    [TestCase(1f, 1f)]
    [TestCase(1.00390625f, 1f)]
    [TestCase(1.01171875f, 1.015625f)]
    [TestCase(-3.1415927f, -3.140625f)]
    public void A_bfloat16_is_the_nearest_and_ties_go_to_even(float value, float nearest) =>
        Assert.That(Bits.Bf16(value), Is.EqualTo(nearest));
}
