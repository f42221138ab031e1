using System.Buffers.Binary;
using Hybrid.Bench.RealDigits;
using Hybrid.Devices.Host;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.Tests.RealDigits;

/// <summary>A run of a few sprites as pictures: its report, and that a finished run is only evaluated.</summary>
[TestFixture]
public sealed class PicturesCommandTests
{
    const int Side = 8;

    [Test]
    public void A_finished_run_is_evaluated_again_to_the_same_figures()
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-bench-pictures-");
        try
        {
            var options = PicturesCommand.Transformer with
            {
                Data = Write(Path.Combine(folder.FullName, "digits")), Width = 8, Layers = 1, Epochs = 1, BatchSize = 9,
            };
            PicturesReport Run(int threads) => PicturesCommand.Run(
                () => new HostDevice(threads), options, Path.Combine(folder.FullName, "run"), 5, TextWriter.Null);
            PicturesReport trained = Run(1), again = Run(2);
            Assert.That((trained.TrainingImages, trained.TestImages, trained.Epochs.Count), Is.EqualTo((36, 4, 1)));
            Assert.That(trained.ProcessorSecondsPerEpoch, Is.Not.Null);
            Assert.That(again.ProcessorSecondsPerEpoch, Is.Null, "there was nothing left to train");
            Assert.That(again.ParametersHash, Is.EqualTo(trained.ParametersHash));
            Assert.That(again.Estimates, Is.EqualTo(trained.Estimates));
            foreach (var one in trained.Estimates)
                Assert.That(one.BitsPerDim, Is.EqualTo(one.Nats / Math.Log(2) / (Side * Side)).Within(1e-9));
            Assert.That(trained.Options["data"], Is.Null, "a path of one machine");
            var error = Assert.Throws<UserError>(() => PicturesCommand.Run(() => new HostDevice(1),
                options with { Width = 16 }, Path.Combine(folder.FullName, "run"), 5, TextWriter.Null))!;
            Assert.That(error.Fix, Does.Contain("--run"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string Write(string path)
    {
        var sprites = Sprites.Load(39, 1, Side);
        using var file = File.Create(path);
        foreach (var word in (int[])[0x0803, 40, Side, Side])
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, word);
            file.Write(bytes);
        }
        foreach (var set in (ImageSet[])[sprites.Train, sprites.Test])
            foreach (var pixel in set.Pixels) file.WriteByte((byte)(255 * pixel));
        return path;
    }
}
