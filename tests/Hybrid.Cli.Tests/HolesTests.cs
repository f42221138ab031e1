using System.Buffers.Binary;

namespace Hybrid.Cli.Tests;

/// <summary><c>hybrid holes</c>.</summary>
[TestFixture]
public class HolesTests
{
    /// <summary>The grid holds 999 of 1,000 coordinates of a prior's draws, and so 0.998 of its mass.</summary>
    [TestCase("standard")]
    [TestCase("mog")]
    [TestCase("vamp")]
    [TestCase("flow")]
    public void Draws_three_pictures_and_says_how_much_is_hole(string prior)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var trained = HybridProcess.Run(folder.Path, "train", "vae", "--data", "digits", "--hidden", "none",
            "--latent", "2", "--epochs", "1", "--batch", "60", "--prior", prior, "--out", "run");
        Assert.That(trained.ExitCode, Is.Zero, trained.Errors);
        var outcome = HybridProcess.Run(folder.Path, "holes", "run", "--out", "new/holes.png");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Output,
            Does.Match(@"60 posteriors, mass on the grid (1\.0000|0\.99[89]\d) and 1\.0000 · 0\.\d{3} of the prior lies in holes"));
        var png = File.ReadAllBytes(folder["new/holes.png"]);
        // 400 pixels each, 2 between and around.
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), Is.EqualTo(3 * 402 + 2));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), Is.EqualTo(404));
    }

    [Test]
    public void Three_dimensions_are_no_picture()
    {
        using var folder = new TemporaryFolder();
        Mistake.Assert(
            HybridProcess.Run(SharedRun.Folder.Path, "holes", "run", "--out", folder["holes.png"]), "holes", "--latent 2");
        Assert.That(folder.Listing(), Is.Empty);
    }
}
