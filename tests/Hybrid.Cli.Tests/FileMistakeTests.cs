using Hybrid.Training.Checkpoints;

namespace Hybrid.Cli.Tests;

/// <summary>Files and folders that cannot be used: one line, and nothing is left behind.</summary>
[TestFixture]
public class FileMistakeTests
{
    static readonly string[] Small = ["train", "vae", "--hidden", "8", "--latent", "2", "--epochs", "1", "--batch", "50"];

    static void AssertRefused(TemporaryFolder folder, string subject, string fix, params string[] arguments)
    {
        var before = folder.Listing();
        var outcome = HybridProcess.Run(folder.Path, arguments);
        Mistake.Assert(outcome, subject, fix);
        Assert.That(folder.Listing(), Is.EqualTo(before), "something was left behind");
    }

    static IEnumerable<TestCaseData> DamagedData()
    {
        TestCaseData Case(string name, byte[] bytes, string fix) =>
            new TestCaseData(bytes, fix).SetArgDisplayNames(name);
        yield return Case("not IDX", "hello, world"u8.ToArray(), "MNIST family");
        yield return Case("empty", [], "again");
        yield return Case("cut in the header", TinyDigits.Bytes()[..9], "fetch it again");
        yield return Case("cut in the pixels", TinyDigits.Bytes()[..5000], "fetch it again");
        yield return Case("too long", [.. TinyDigits.Bytes(), 0], "fetch it again");
        yield return Case("labels", [.. TinyDigits.Header(4), 1, 2, 3, 4], "images");
        yield return Case("no images", [.. TinyDigits.Header(0, 28, 28)], "data in it");
        yield return Case("negative size", [.. TinyDigits.Header(5, -28, 28)], "fetch it again");
        yield return Case("absurd size", [.. TinyDigits.Header(int.MaxValue, int.MaxValue, int.MaxValue)], "again");
        yield return Case("one image", [.. TinyDigits.Header(1, 2, 2), 1, 2, 3, 4], "at least 2");
    }

    [TestCaseSource(nameof(DamagedData))]
    public void Data_that_is_not_whole(byte[] bytes, string fix)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["data"], bytes);
        AssertRefused(folder, "data", fix, [.. Small, "--data", "data", "--out", "run"]);
    }

    [Test]
    public void Data_that_is_not_there()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder, "nosuch", "spelling", [.. Small, "--data", "nosuch", "--out", "run"]);
        AssertRefused(folder, ".", "name the folder", [.. Small, "--data", ".", "--out", "run"]);
    }

    [Test]
    public void Train_and_test_images_of_different_sizes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["train-images-idx3-ubyte"], [.. TinyDigits.Header(2, 1, 2), 1, 2, 3, 4]);
        File.WriteAllBytes(folder["t10k-images-idx3-ubyte"], [.. TinyDigits.Header(2, 2, 1), 1, 2, 3, 4]);
        AssertRefused(folder, ".", "one data set", [.. Small, "--data", ".", "--out", "run"]);
    }

    /// <summary>These refuse root, too.</summary>
    [TestCase("file/run", "--out file/run")]
    [TestCase("file", "--out file")]
    [TestCase("/proc/run", "--out /proc/run")]
    [TestCase("/proc", "/proc/checkpoint.safetensors")]
    [TestCase("", "--out")]
    public void A_run_that_cannot_be_written(string output, string subject)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "in the way");
        TinyDigits.Write(folder);
        AssertRefused(folder, subject, "", [.. Small, "--data", "digits", "--out", output]);
    }

    [Test]
    public void A_folder_that_holds_a_run() =>
        AssertRefused(SharedRun.Folder, "run", "--resume", [.. Small, "--data", "digits", "--out", "run"]);

    [TestCase("file/x.png", "file/x.png", "another output path")]
    [TestCase("/proc/x.png", "/proc/x.png", "another output path")]
    [TestCase(".", ".", "file name")]
    public void A_picture_that_cannot_be_written(string output, string subject, string fix)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "in the way");
        AssertRefused(folder, subject, fix, "sample", SharedRun.Folder["run"], "--out", output);
        AssertRefused(folder, subject, fix, "reconstruct", SharedRun.Folder["run"], "--out", output,
            "--data", SharedRun.Folder["digits"]);
    }

    [TestCase("sample")]
    [TestCase("reconstruct")]
    [TestCase("evaluate")]
    [TestCase("train")]
    public void A_model_that_is_none(string command)
    {
        string[] verb = command == "train" ? ["train", "vae", "--resume"] : [command];
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], "no model at all");
        File.WriteAllText(folder["empty"], "");
        SafetensorsFile.Write(folder["foreign"], [NamedTensor.Of("w", [1f, 2f], 2)], new Dictionary<string, string>());
        AssertRefused(folder, "nosuch", "spelling", [.. verb, "nosuch"]);
        AssertRefused(folder, "text", "again", [.. verb, "text"]);
        AssertRefused(folder, "empty", "again", [.. verb, "empty"]);
        AssertRefused(folder, "foreign", "hybrid train vae", [.. verb, "foreign"]);
        AssertRefused(folder, "./checkpoint.safetensors", "spelling", [.. verb, "."]);
    }

    /// <summary>Every byte is cut in Hybrid.Training.Tests; here, that the command says so.</summary>
    [TestCase(0.001)]
    [TestCase(0.3)]
    [TestCase(0.999)]
    public void A_checkpoint_that_is_cut(double fraction)
    {
        var whole = File.ReadAllBytes(SharedRun.Folder["run/checkpoint.safetensors"]);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["cut"], whole[..(int)(whole.Length * fraction)]);
        AssertRefused(folder, "cut", "again", "train", "vae", "--resume", "cut");
        AssertRefused(folder, "cut", "again", "evaluate", "cut");
    }

    [Test]
    public void A_checkpoint_with_one_bit_changed()
    {
        var bytes = File.ReadAllBytes(SharedRun.Folder["run/checkpoint.safetensors"]);
        bytes[^100] ^= 1;
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["changed"], bytes);
        AssertRefused(folder, "changed", "", "train", "vae", "--resume", "changed");
    }

    [Test]
    public void Resuming_the_best_parameters() =>
        AssertRefused(SharedRun.Folder, "run/best.safetensors", "checkpoint.safetensors",
            "train", "vae", "--resume", "run/best.safetensors");

    [Test]
    public void Data_of_another_size_than_the_model() =>
        AssertRefused(SharedRun.Folder, "--data sprites", "model's size",
            "evaluate", "run", "--data", "sprites");

    [Test]
    public void Training_that_leaves_the_finite_numbers()
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var outcome = HybridProcess.Run(
            folder.Path, [.. Small, "--data", "digits", "--lr", "1e30", "--out", "run", "--json"]);
        Assert.That(outcome.ExitCode, Is.EqualTo(Mistake.ExitCode));
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Errors.TrimEnd().Split('\n')[^1],
            Does.StartWith("hybrid: --lr 1E+30: ").And.Contain("; give a smaller learning rate"));
        Assert.That(File.Exists(folder["run/best.safetensors"]), Is.False);
    }
}
