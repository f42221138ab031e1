using Hybrid.Devices.Host;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>A run continues on the data it was trained on, wherever that lies, and on no other.</summary>
[TestFixture]
public sealed class DataIdentityTests
{
    static readonly VaeRunOptions Options = new() { Hidden = [3], Latent = 2, BatchSize = 4, Epochs = 2 };

    static DataSplit Images(float first)
    {
        var pixels = new float[10 * 4];
        pixels[0] = first;
        return new ImageSet("tiny", 2, 2, pixels).Split(8, 2);
    }

    [Test]
    public void Other_images_of_the_same_size_are_refused()
    {
        using var device = new HostDevice(1);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, VaeRun.CheckpointName);
            VaeCheckpoint.Save(path, new VaeTrainer(device, Options, Images(0)), (2, 2));
            var checkpoint = VaeCheckpoint.Read(path);
            Assert.That(() => checkpoint.Restore(new VaeTrainer(device, Options, Images(0))), Throws.Nothing);
            Assert.That(() => checkpoint.Restore(new VaeTrainer(device, Options, Images(1))),
                Throws.TypeOf<UserError>().With.Message.Contains("other images"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void A_fingerprint_is_of_the_pixels()
    {
        ImageSet first = Images(0).Train, again = Images(0).Train, other = Images(1).Train;
        Assert.That(again.Fingerprint, Is.EqualTo(first.Fingerprint));
        Assert.That(other.Fingerprint, Is.Not.EqualTo(first.Fingerprint));
    }
}
