using System.Text.RegularExpressions;

namespace Hybrid.Kernels.Tests;

/// <summary>What every kernel compiles to, checked without a GPU.</summary>
[TestFixture]
public sealed partial class PtxTests
{
    PtxCompiler compiler = null!;

    public static IEnumerable<Rung> Rungs => Ladder.All.SelectMany(ladder => ladder.Rungs);

    [OneTimeSetUp]
    public void Create() => compiler = KernelContext.PtxCompiler();

    [OneTimeTearDown]
    public void Dispose() => compiler.Dispose();

    [TestCaseSource(nameof(Rungs))]
    public void Is_straight_exact_and_fits(Rung rung)
    {
        var ptx = new PtxModule(compiler.Compile(rung));

        Assert.Multiple(() =>
        {
            Assert.That(ptx.Entry, Is.EqualTo("Kernel_" + rung.Name));
            Assert.That(ptx.DeclaresExternalFunctions, Is.False, "an unresolved call");
            Assert.That(ptx.StaticShared, Is.LessThanOrEqualTo(48 * 1024), "bytes of shared memory");
            Assert.That(ptx.Body.Where(line => Forbidden().IsMatch(line)), Is.Empty);
            Assert.That(ptx.Body, Has.None.Match(@"^mov\s"), "a mov without a type: AlignTo's broken PTX");
        });
    }

    [TestCaseSource(nameof(Rungs))]
    public void Meets_where_its_idea_says(Rung rung)
    {
        var ptx = new PtxModule(compiler.Compile(rung));
        var expected = Expectations.Of(rung.Name);

        Assert.That(
            new Expectation(
                Shuffles: ptx.Count("shfl.sync.bfly.b32"), Barriers: ptx.Count("bar.sync"),
                GlobalFours: ptx.Count("ld.global.v4.f32") + ptx.Count("st.global.v4.f32"),
                SharedFours: ptx.Count("ld.shared.v4.f32") + ptx.Count("st.shared.v4.f32"),
                TensorProducts: ptx.Count("mma.sync"),
                AsyncCopies: ptx.Count("cp.async.cg") + ptx.Count("cp.async.ca"),
                Matrices: ptx.Count("ldmatrix")),
            Is.EqualTo(expected));
    }

    [Test]
    public void Ladders_count_from_one_and_names_are_unique()
    {
        foreach (var ladder in Ladder.All)
            for (var i = 0; i < ladder.Rungs.Count; i++)
                Assert.That(ladder.Rungs[i].Name, Does.StartWith($"{ladder.Operation}_V{i + 1}_"));
        Assert.That(Rungs.Select(rung => rung.Name), Is.Unique);
    }

    /// <summary>A rung that nobody timed is not used only because it stands last.</summary>
    [TestCaseSource(nameof(Ladders))]
    public void The_rung_in_use_is_the_last_or_has_a_reason(Ladder ladder)
    {
        Assert.That(ladder.Rungs, Does.Contain(ladder.InUse));
        Assert.That(ladder.Reason is null, Is.EqualTo(ladder.InUse == ladder.Rungs[^1]));
    }

    static IEnumerable<Ladder> Ladders => Ladder.All;

    [TestCase(128, 400, ExpectedResult = "Affine_V9_SmallTiles")]
    [TestCase(1024, 1024, ExpectedResult = "Affine_V4_RegisterTiles")]
    [TestCase(2048, 2048, ExpectedResult = "Affine_V8_WholeCopies")]
    public string A_shape_has_its_rung(int b, int n) => Affine.Ladder.For(
        new(default, default, default, Hybrid.Formulas.Activation.Relu, default, default, 0, b, n, 784)).Name;

    [TestCaseSource(nameof(Ladders))]
    public void Rungs_of_other_shapes_are_of_the_ladder_and_say_which(Ladder ladder)
    {
        foreach (var (rung, shapes) in ladder.Others)
        {
            Assert.That(ladder.Rungs, Does.Contain(rung));
            Assert.That(rung, Is.Not.EqualTo(ladder.InUse));
            Assert.That(shapes, Is.Not.Empty);
        }
    }

    [Test]
    public void A_choice_names_a_rung() => Assert.That(
        () => new Ladder<Affine.Arguments>(
            "None", a => default, [.. Affine.Ladder.Rungs], new("Affine_V0", "there is none")),
        Throws.ArgumentException.With.Message.Contains("Affine_V0"));

    [Test]
    public void Every_kernel_is_on_a_ladder()
    {
        var kernels = typeof(Ladder).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => Versioned().IsMatch(method.Name))
            .Select(method => method.Name);

        Assert.That(kernels, Is.EquivalentTo(Rungs.Select(rung => rung.Name)));
    }

    // Local memory; calls; doubles; approximations; loads and stores without an address space (they mean O1);
    // float arithmetic that names no rounding mode, which ptxas may contract.
    [GeneratedRegex(@"\.local|\bcall\b|\.f64|\.approx|^(?:@\S+\s+)?(?:ld|st)\.(?!global|shared|param)|"
        + @"\b(?:add|sub|mul|div|sqrt|rcp|fma|mad)\.(?:ftz\.)?f32|\.ftz")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"_V\d+_")]
    private static partial Regex Versioned();
}
