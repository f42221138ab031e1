namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid explain --plan</c>: every model's step, the same on every machine unless timed.</summary>
[TestFixture]
public class ExplainPlanTests
{
    static readonly string[] Models = ["vae", "denoiser", "critic-concat", "critic-separable"];

    static string[] Explain(params string[] more)
    {
        var outcome = HybridProcess.Run(Path.GetTempPath(), ["explain", "--plan", .. more]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Errors, Is.Empty);
        return outcome.Output.TrimEnd().Split('\n');
    }

    [TestCaseSource(nameof(Models))]
    public void Every_model_has_a_line_for_each_launch_and_a_total(string model)
    {
        var lines = Explain(model, "--batch", "8");
        var launches = int.Parse(lines[0].Split(": ")[1].Split(' ')[0]);

        Assert.That(lines[0], Does.StartWith(model).And.Contain("batch 8"));
        Assert.That(lines, Has.Length.EqualTo(launches + 3));
        Assert.That(lines[^2].TrimStart(), Does.StartWith($"{launches}  Adam ["));
        Assert.That(lines[^1].TrimStart(), Does.StartWith("total"));
    }

    [Test]
    public void Sizes_are_those_that_were_asked_for()
    {
        var lines = Explain(
            "vae", "--dim", "9", "--hidden", "7", "--latent", "2", "--batch", "5", "--activation", "tanh");

        Assert.That(lines[0], Does.StartWith("vae 9-7-z2 tanh, batch 5:"));
        Assert.That(lines[2], Does.Contain("Affine [5, 9] [9, 7] [7, 1] → [5, 7]"));
    }

    [Test]
    public void A_timed_step_says_what_ran_it_and_how_near_the_roof_it_came()
    {
        var lines = Explain("vae", "--dim", "9", "--hidden", "7", "--batch", "5", "--time", "--threads", "1");

        Assert.That(lines[1], Does.Contain("bound by"));
        Assert.That(lines[2], Does.EndWith("%"));
        Assert.That(lines[^3], Does.StartWith("host · 1 thread"));
        Assert.That(lines[^1], Does.StartWith("copies reach"));
    }

    /// <summary>Counts, not times: the same on every machine.</summary>
    [Test]
    public void A_counted_step_has_a_line_for_each_kernel()
    {
        string[] sizes = ["vae", "--dim", "9", "--hidden", "7", "--latent", "2", "--batch", "5", "--count"];
        var lines = Explain(sizes);

        Assert.That(lines[0], Does.StartWith("vae 9-7-z2 relu, batch 5: ").And.Contain("their PTX run and counted"));
        Assert.That(lines[2], Does.Match(@"^  1  Affine_V\d_\w+ +[\d,]+ +\d+% +\d+% +\d+\.\d +\d+ +\d+% +\d+  [a-z]+$"));
        Assert.That(lines[^5], Does.Match(@"AdamUpdate_V\d_\w+ "));
        Assert.That(Explain(sizes), Is.EqualTo(lines));
    }

    [TestCase("--plan vae --count", "--batch 128", "300 Mflop at most")]
    [TestCase("--plan vae --count --time", "--count", "give one of them")]
    [TestCase("--plan x", "--plan x", "vae, denoiser, critic-concat or critic-separable")]
    [TestCase("--plan denoiser --latent 3", "--latent", "leave it out")]
    [TestCase("--plan denoiser --hidden 3,4", "--hidden 3,4", "equal widths")]
    [TestCase("--plan critic-concat --hidden none", "--hidden none", "a width")]
    [TestCase("--plan critic-concat --batch 60000", "--batch 60000", "smaller batch")]
    [TestCase("--plan vae --dim 0", "--dim 0", "1 to 65,536")]
    [TestCase("--plan vae --latent 0", "--latent 0", "1 to 4,096")]
    [TestCase("--plan vae --hidden 60000,60000 --batch 1", "--hidden 60000,60000", "smaller widths")]
    [TestCase("--plan vae --at 1", "--at", "leave it out")]
    [TestCase("KlStandardNormal --plan vae", "KlStandardNormal", "one of them")]
    [TestCase("KlStandardNormal --time", "--time", "--plan MODEL")]
    [TestCase("--plan vae --time --threads 5000", "--threads 5000", "1 to 1024")]
    public void A_mistake_is_named(string line, string subject, string fix) =>
        Mistake.Assert(HybridProcess.Run(Path.GetTempPath(), ["explain", .. line.Split(' ')]), subject, fix);
}
