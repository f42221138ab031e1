namespace Hybrid.Cli.Tests;

/// <summary>One small trained run that many tests read and none writes.</summary>
[SetUpFixture]
public class SharedRun
{
    static TemporaryFolder? folder;
    static Outcome? training;

    /// <summary>Holds <c>digits</c> (IDX) and <c>run/</c>.</summary>
    internal static TemporaryFolder Folder => folder!;

    internal static Outcome Training => training!;

    [OneTimeSetUp]
    public void Train()
    {
        folder = new();
        TinyDigits.Write(folder);
        training = HybridProcess.Run(folder.Path, "train", "vae", "--json", "--data", "digits", "--hidden", "24",
            "--latent", "3", "--epochs", "2", "--batch", "60", "--out", "run");
        Assert.That(training.ExitCode, Is.Zero, training.Errors);
    }

    [OneTimeTearDown]
    public void Delete() => folder?.Dispose();
}
