namespace Hybrid.Cli.Tests;

/// <summary>Options that cannot be: refused in one line, before anything is made.</summary>
[TestFixture]
public class OptionMistakeTests
{
    static TestCaseData Case(string line, string subject, string fix) =>
        new TestCaseData(line, subject, fix).SetArgDisplayNames(line);

    static IEnumerable<TestCaseData> Options()
    {
        yield return Case("--beta -1", "--beta -1", "0 to 1e6");
        yield return Case("--beta nan", "--beta NaN", "0 to 1e6");
        yield return Case("--beta 1e300", "--beta 1E+300", "0 to 1e6");
        yield return Case("--beta x", "--beta x", "--help");
        yield return Case("--beta", "--beta", "--help");
        yield return Case("--hidden 0", "--hidden 0", "1 to 65,536");
        yield return Case("--hidden 16,-5", "--hidden -5", "1 to 65,536");
        yield return Case("--hidden a,b", "--hidden a,b", "whole numbers");
        yield return Case("--hidden 16,,16", "--hidden 16,,16", "whole numbers");
        yield return Case("--hidden 65536,65536", "--hidden 65536,65536 --latent 20", "smaller widths");
        yield return Case("--hidden 65536 --batch 8000", "--batch 8000", "smaller batch");
        yield return Case("--latent 0", "--latent 0", "1 to 4,096");
        yield return Case("--latent 2.5", "--latent 2.5", "--help");
        yield return Case("--batch 0", "--batch 0", "1 to 65,536");
        yield return Case("--batch 100000", "--batch 100000", "1 to 65,536");
        yield return Case("--batch 8001", "--batch 8001", "smaller batch");
        yield return Case("--prior x", "--prior x", "gtm-vamp");
        yield return Case("--prior vamp --prior-components 0", "--prior-components 0", "1 to 65,536");
        yield return Case("--prior gtm --prior-components 5", "--prior-components 5", "4, 9, 16");
        yield return Case("--prior gtm-vamp --prior-components 1", "--prior-components 1", "4, 9, 16");
        yield return Case("--prior flow --latent 1", "--prior flow", "--latent 2");
        yield return Case(
            "--prior vamp --prior-components 60000 --hidden 8000", "--prior-components 60000", "give fewer");
        yield return Case("--epochs 0", "--epochs 0", "1 to");
        yield return Case("--epochs 99999999999", "--epochs 99999999999", "--help");
        yield return Case("--epochs 1 --epochs 2", "--epochs", "once");
        yield return Case("--lr 0", "--lr 0", "> 0");
        yield return Case("--lr nan", "--lr NaN", "> 0");
        yield return Case("--lr-schedule x", "--lr-schedule x", "constant or linear");
        yield return Case("--lr-schedule 7", "--lr-schedule 7", "constant or linear");
        yield return Case("--likelihood gaussian --sigma -1", "--sigma -1", "1e-6 to 1e6");
        yield return Case("--likelihood gaussian --sigma 0", "--sigma 0", "1e-6 to 1e6");
        yield return Case("--likelihood gaussian --sigma 1e-300", "--sigma 1E-300", "1e-6 to 1e6");
        yield return Case("--sigma x", "--sigma x", "number > 0, or learn");
        yield return Case("--likelihood x", "--likelihood x", "logistic-mixture or categorical");
        yield return Case("--likelihood categorical --values 1", "--values 1", "2 to 256");
        yield return Case("--likelihood categorical --values 257", "--values 257", "2 to 256");
        yield return Case("--likelihood logistic-mixture --components 0", "--components 0", "1 to 100");
        yield return Case("--likelihood categorical --batch 1500", "--batch 1500", "smaller batch");
        yield return Case("--activation x", "--activation x", "relu");
        yield return Case("--activation 17", "--activation 17", "--help");
        yield return Case("--seed -1", "--seed -1", "--help");
        yield return Case("--device x", "--device x", "auto, cuda, host, simulator or ptx");
        yield return Case("--precision fp64", "--precision fp64", "fp32, tf32 or bf16");
        yield return Case("--precision 7", "--precision 7", "fp32, tf32 or bf16");
        yield return Case("--device host --precision tf32", "--precision tf32", "--device cuda");
        yield return Case("--device host --precision bf16", "--precision bf16", "--device cuda");
        yield return Case("--device 9", "--device 9", "auto, cuda, host, simulator or ptx");
        yield return Case("--threads -1", "--threads -1", "1 to 1024");
        yield return Case("--threads 0", "--threads 0", "1 to 1024");
        yield return Case("--threads x", "--threads x", "--help");
        yield return Case("--threads 5000", "--threads 5000", "1 to 1024");
        yield return Case("--remedy x", "--remedy x", "none, anneal");
        yield return Case("--objective x", "--objective x", "iwae:K");
        yield return Case("--objective iwae:50 --beta 2", "--objective iwae:50", "--beta");
        yield return Case("--remedy anneal:0", "--remedy anneal:0", "0.001");
        yield return Case("--nosuch", "--nosuch", "hybrid train vae --help");
        yield return Case("stray", "stray", "hybrid train vae --help");
        yield return Case("--json --latent 0", "--latent 0", "1 to 4,096");
    }

    [TestCaseSource(nameof(Options))]
    public void Of_training(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, ["train", "vae", "--out", "run", .. line.Split(' ')]);
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }

    static IEnumerable<TestCaseData> Commands()
    {
        yield return Case("", "hybrid", "hybrid --help");
        yield return Case("nosuch", "nosuch", "hybrid --help");
        yield return Case("train", "hybrid train", "hybrid train --help");
        yield return Case("train nosuch", "nosuch", "hybrid train --help");
        yield return Case("sample", "hybrid sample", "hybrid sample --help");
        yield return Case("sample run --count 0", "--count 0", "1 to 1,000,000");
        yield return Case("reconstruct run --count -3", "--count -3", "1 to 10,000");
        yield return Case("evaluate run --beta 2", "--beta", "hybrid evaluate --help");
        yield return Case("evaluate run --nll 0", "--nll 0", "1 to 1,000,000");
        yield return Case("devices all", "all", "hybrid devices --help");
    }

    [TestCaseSource(nameof(Commands))]
    public void Of_commands(string line, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        var outcome = HybridProcess.Run(folder.Path, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.Empty);
    }

    [Test]
    public void Cuda_without_a_gpu()
    {
        using var folder = new TemporaryFolder();
        var devices = HybridProcess.Run(folder.Path, "devices");
        if (!devices.Output.Contains("cuda       none")) Assert.Ignore("This machine has a GPU.");
        var outcome = HybridProcess.Run(folder.Path, "train", "vae", "--device", "cuda", "--out", "run");
        Mistake.Assert(outcome, "--device cuda", "--device host");
        Assert.That(folder.Listing(), Is.Empty);
    }

    [TestCase("--beta 2", "--beta")]
    [TestCase("--latent 3", "--latent")]
    [TestCase("--seed 1", "--seed")]
    [TestCase("--remedy anneal", "--remedy")]
    [TestCase("--out other", "--out")]
    public void A_resumed_run_keeps_its_options(string line, string subject)
    {
        var before = SharedRun.Folder.Listing();
        var outcome = HybridProcess.Run(
            SharedRun.Folder.Path, ["train", "vae", "--resume", "run", .. line.Split(' ')]);
        Mistake.Assert(outcome, subject, "--resume");
        Assert.That(SharedRun.Folder.Listing(), Is.EqualTo(before));
    }

    [Test]
    public void A_resumed_run_keeps_its_images()
    {
        var before = SharedRun.Folder.Listing();
        var outcome = HybridProcess.Run(
            SharedRun.Folder.Path, "train", "vae", "--resume", "run", "--epochs", "3", "--data", "sprites");
        Mistake.Assert(outcome, "checkpoint.safetensors", "--data");
        Assert.That(SharedRun.Folder.Listing(), Is.EqualTo(before));
    }
}
