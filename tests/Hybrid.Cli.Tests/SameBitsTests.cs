using System.Runtime.Intrinsics.X86;

namespace Hybrid.Cli.Tests;

/// <summary>The same training gives the same bits on any number of threads and any instruction set.</summary>
[TestFixture]
public class SameBitsTests
{
    static readonly string[] Sprites =
        ["train", "vae", "--json", "--epochs", "1", "--hidden", "128,64", "--latent", "10", "--batch", "100"];

    // No width is a multiple of a register, no batch of a tile.
    static readonly string[] Gaussian =
    [
        "train", "vae", "--json", "--data", "digits", "--epochs", "2", "--hidden", "37,19", "--latent", "5",
        "--batch", "50", "--likelihood", "gaussian", "--sigma", "learn", "--activation", "silu",
    ];

    static readonly string[] Bernoulli =
    [
        "train", "vae", "--json", "--data", "digits", "--epochs", "2", "--hidden", "33", "--latent", "7",
        "--batch", "53", "--activation", "gelu", "--beta", "0.5", "--lr-schedule", "linear",
    ];

    // 216 steps.
    static readonly string[] Long =
        ["train", "vae", "--json", "--epochs", "1", "--hidden", "40,24", "--latent", "5", "--batch", "37"];

    static readonly Lazy<Outcome> OfLong = new(() => Train(Long, "--threads", "1"));

    static readonly Lazy<Outcome> OfSprites = new(() => Train(Sprites)),
        OfGaussian = new(() => Train(Gaussian)), OfBernoulli = new(() => Train(Bernoulli));

    static Outcome Train(string[] options, params string[] more) => TrainWith("", options, more);

    static Outcome TrainWith(string variable, string[] options, params string[] more)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var outcome = HybridProcess.RunWith(
            folder.Path, variable == "" ? [] : [(variable, "0")], [.. options, .. more, "--out", "run"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        return outcome;
    }

    static string DeviceOf(Outcome outcome) => outcome.Json.GetProperty("device").GetString()!;

    static void AssertSameBits(Outcome actual, Outcome expected)
    {
        Assert.That(actual.Hash, Is.EqualTo(expected.Hash), $"{DeviceOf(actual)} and {DeviceOf(expected)}");
        Assert.That(actual.Test, Is.EqualTo(expected.Test));
    }

    [TestCase("1")]
    [TestCase("2")]
    [TestCase("3")]
    public void Threads_do_not_change_them(string threads)
    {
        var sprites = Train(Sprites, "--threads", threads);
        Assert.That(DeviceOf(sprites), Does.Contain($"{threads} thread"));
        AssertSameBits(sprites, OfSprites.Value);
        AssertSameBits(Train(Gaussian, "--threads", threads), OfGaussian.Value);
    }

    /// <summary>
    /// The variables are those of .NET 10 (clrconfignames.h); that each took effect is read off the device's own
    /// words.
    /// </summary>
    static readonly TestCaseData[] Without =
    [
        new("DOTNET_EnableAVX512", "AVX2 (8 lanes)"), new("DOTNET_EnableAVX2", "SSE (4 lanes)"),
        new("DOTNET_EnableHWIntrinsic", "4 lanes, emulated"),
    ];

    static void IgnoreWhereThereIsNone(string variable)
    {
        if (!Avx2.IsSupported) Assert.Ignore("This processor has no AVX2 to switch off.");
        if (variable == "DOTNET_EnableAVX512" && !Avx512F.IsSupported)
            Assert.Ignore("This processor has no AVX-512 to switch off.");
    }

    [TestCaseSource(nameof(Without))]
    public void Instruction_sets_do_not_change_them(string variable, string device)
    {
        IgnoreWhereThereIsNone(variable);
        var gaussian = TrainWith(variable, Gaussian);
        Assert.That(DeviceOf(gaussian), Does.EndWith(device), "the variable took no effect");
        AssertSameBits(gaussian, OfGaussian.Value);
        AssertSameBits(TrainWith(variable, Bernoulli), OfBernoulli.Value);
        if (device.StartsWith("AVX2")) AssertSameBits(TrainWith(variable, Sprites), OfSprites.Value);
    }

    [Test]
    public void Two_hundred_steps_end_alike_on_every_instruction_set_and_number_of_threads(
        [Values("", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2")] string variable, [Values("1", "2", "3")] string threads)
    {
        if (variable != "") IgnoreWhereThereIsNone(variable);
        var outcome = TrainWith(variable, Long, "--threads", threads);
        Assert.That(outcome.Json.GetProperty("steps").GetInt32(), Is.GreaterThanOrEqualTo(200));
        Assert.That(DeviceOf(outcome), Does.Contain($" {threads} thread"));
        AssertSameBits(outcome, OfLong.Value);
    }

    [Test]
    public void The_reference_uses_the_widest_registers_here() =>
        Assert.That(DeviceOf(OfGaussian.Value),
            Does.Contain(Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "4 lanes"));

    [Test]
    public void Another_seed_changes_them() =>
        Assert.That(Train(Bernoulli, "--seed", "1").Hash, Is.Not.EqualTo(OfBernoulli.Value.Hash));

    [Test]
    public void Another_beta_changes_them() =>
        Assert.That(Train(Gaussian, "--beta", "1.0000001").Hash, Is.Not.EqualTo(OfGaussian.Value.Hash));
}
