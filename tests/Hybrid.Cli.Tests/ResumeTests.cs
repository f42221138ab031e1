using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary>A run that was stopped ends as one that never was.</summary>
[TestFixture]
public class ResumeTests
{
    const int Interrupted = 130, StepsPerEpoch = 250;

    static readonly string[] Options =
        ["train", "vae", "--json", "--hidden", "64,32", "--latent", "8", "--batch", "32"];

    static readonly string[] Learnt = [.. Options, "--epochs", "12", "--likelihood", "gaussian", "--sigma", "learn",
        "--lr-schedule", "linear"];

    static string BestOf(Outcome outcome)
    {
        var best = outcome.Json.GetProperty("best");
        return $"epoch {best.GetProperty("epoch")}: {best.GetProperty("negativeElboNats").GetRawText()}";
    }

    static void AssertSameEnd(Outcome actual, Outcome expected)
    {
        Assert.That(actual.ExitCode, Is.Zero, actual.Errors);
        Assert.That(expected.ExitCode, Is.Zero, expected.Errors);
        Assert.That(actual.Hash, Is.EqualTo(expected.Hash));
        Assert.That(actual.Test, Is.EqualTo(expected.Test));
        Assert.That(BestOf(actual), Is.EqualTo(BestOf(expected)));
    }

    [Test]
    public void More_epochs_continue_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var straight = HybridProcess.Run(folder.Path, [.. Options, "--epochs", "2", "--out", "straight"]);

        var first = HybridProcess.Run(folder.Path, [.. Options, "--epochs", "1", "--out", "parts"]);
        var second = HybridProcess.Run(
            folder.Path, "train", "vae", "--json", "--resume", "parts", "--epochs", "2", "--threads", "1");

        Assert.That(first.Hash, Is.Not.EqualTo(straight.Hash));
        AssertSameEnd(second, straight);
        Assert.That(EvaluatedHash(folder, "parts"), Is.EqualTo(EvaluatedHash(folder, "straight")));
    }

    static string EvaluatedHash(TemporaryFolder folder, string run) =>
        HybridProcess.Run(folder.Path, "evaluate", Path.Combine(run, "best.safetensors")).Hash;

    [Test]
    public void Ctrl_C_in_mid_epoch_leaves_a_checkpoint_that_continues_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var straight = HybridProcess.Run(folder.Path, [.. Learnt, "--out", "straight"]);

        var stopped = StopAfterFirstEpoch(folder);
        Assert.That(stopped.ExitCode, Is.EqualTo(Interrupted), stopped.Errors);
        Assert.That(stopped.Json.GetProperty("finished").GetBoolean(), Is.False);
        Assert.That(stopped.Json.GetProperty("steps").GetInt64() % StepsPerEpoch, Is.Not.Zero, "not in mid-epoch");
        Assert.That(stopped.Errors, Does.Contain("hybrid train vae --resume"));
        Assert.That(Directory.GetFiles(folder["stopped"], "*", SearchOption.AllDirectories),
            Is.EquivalentTo(
                new[] { folder["stopped/checkpoint.safetensors"], folder["stopped/best.safetensors"] }));

        var resumed = HybridProcess.Run(
            folder.Path, "train", "vae", "--json", "--resume", "stopped/checkpoint.safetensors");
        AssertSameEnd(resumed, straight);
    }

    // The signal could fall between two epochs, where stopping proves less: then once more.
    static Outcome StopAfterFirstEpoch(TemporaryFolder folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var hybrid = HybridProcess.Start(folder.Path, [.. Learnt, "--out", "stopped"]);
            hybrid.AwaitError("epoch   1/12");
            hybrid.PressControlC();
            var stopped = hybrid.Finish();
            if (stopped.Json.GetProperty("steps").GetInt64() % StepsPerEpoch != 0 || attempt == 5) return stopped;
            Directory.Delete(folder["stopped"], recursive: true);
        }
    }

    [Test]
    public void A_finished_run_resumes_to_itself()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedRun.Folder["run/checkpoint.safetensors"], folder["checkpoint.safetensors"]);
        TinyDigits.Write(folder);
        var again = HybridProcess.Run(folder.Path, "train", "vae", "--json", "--resume", ".");
        AssertSameEnd(again, SharedRun.Training);
    }

    [Test]
    public void Fewer_epochs_than_were_trained_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedRun.Folder["run/checkpoint.safetensors"], folder["checkpoint.safetensors"]);
        TinyDigits.Write(folder);
        var outcome = HybridProcess.Run(folder.Path, "train", "vae", "--resume", ".", "--epochs", "1");
        Mistake.Assert(outcome, "--epochs 1", "more epochs");
    }
}
