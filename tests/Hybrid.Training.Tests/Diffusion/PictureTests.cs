using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;
using Hybrid.Training.Tests.Data;

namespace Hybrid.Training.Tests.Diffusion;

/// <summary>
/// Diffusions of pictures: which data are pictures, the same bits however a run is cut, and their bits.
/// </summary>
[TestFixture]
public sealed class PictureTests
{
    const int Side = 4, D = Side * Side;

    static readonly DiffusionRunOptions Options = new()
    {
        Width = 12, Layers = 1, Features = 6, BatchSize = 9, Epochs = 2, Seed = 5,
        RateSchedule = LearningRateSchedule.Constant,
    };

    /// <summary>Grey levels of every kind, black ones most often; the first nine tenths are to train on.</summary>
    static byte[] Idx(int n) => IdxTests.Bytes(8, [n, Side, Side],
        [.. Enumerable.Range(0, n * D).Select(i => (byte)(i % 3 == 0 ? 0 : i * 37 % 256))]);

    static DiffusionTrainer Start(Device device, DiffusionRunOptions options) =>
        new(device, options.Validated(), DiffusionData.Load(options.Data, options.Seed));

    [Test]
    public void A_folder_a_file_and_a_name_are_the_same_pictures()
    {
        using var folder = new TempFolder();
        var file = folder.With("t10k-images-idx3-ubyte", Idx(40));
        var packed = folder.With("packed.gz", IdxTests.Gzip(Idx(40)));
        var train = DiffusionData.Load(folder.Path, seed: 1);
        Assert.That((train.N, train.D, train.Picture), Is.EqualTo((36, D, ((int, int)?)(Side, Side))));
        foreach (var data in (string[])[file, packed, $"mnist:{folder.Path}"])
            Assert.That(DiffusionData.Load(data, seed: 2).Fingerprint, Is.EqualTo(train.Fingerprint), data);
        Assert.That(DiffusionData.FullName($"mnist:{folder.Path}"), Is.EqualTo(folder.Path));

        var test = DiffusionData.ToEvaluate(folder.Path, 3, seed: 1);
        Assert.That(test.N, Is.EqualTo(3));
        Assert.That(test.Values[5], Is.EqualTo((36 * D + 5) * 37 % 256));
        Assert.That(DiffusionData.ToEvaluate(folder.Path, 99, seed: 1).N, Is.EqualTo(4));

        var scale = PointScale.Of(train);
        Assert.That(scale.Apply([0f, 255f]), Is.EqualTo(new[] { -1.0, 1 }));
        Assert.That(DiffusionData.Load("moons", 3).Picture, Is.Null);
        Expect.UserError(() => DiffusionData.Load("mnist:nowhere", 0), "nowhere");
    }

    [Test]
    public void It_continues_bit_for_bit()
    {
        using var folder = new TempFolder();
        using var device = new HostDevice(threads: 1);
        using var other = new HostDevice(threads: 2);
        var options = Options with { Data = folder.With("digits", Idx(40)) };
        var whole = Start(device, options);
        whole.Run(_ => { }, CancellationToken.None);
        var part = Start(device, options with { Epochs = 1 });
        part.Run(_ => { }, CancellationToken.None);
        var path = folder.At(DiffusionCheckpoint.FileName);
        DiffusionCheckpoint.Save(path, part);
        var resumed = DiffusionCheckpoint.Restore(other, path, epochs: 2);
        resumed.Run(_ => { }, CancellationToken.None);
        Assert.That(ParametersHash.Of(other, resumed.Average.Parameters),
            Is.EqualTo(ParametersHash.Of(device, whole.Average.Parameters)));

        var checkpoint = DiffusionCheckpoint.Of(SafetensorsFile.Read(path));
        Assert.That(checkpoint.Picture, Is.EqualTo(((int, int)?)(Side, Side)));
        Assert.That(checkpoint.Load(device).DataDim, Is.EqualTo(D));
    }

    /// <summary>
    /// A transformer's whole training step: layers, attention, modulation, gates and transposed blocks.
    /// </summary>
    [Test]
    public void Kernels_on_the_simulator_and_as_PTX_train_to_the_hosts_bits()
    {
        var options = Options with
        {
            Network = DiffusionNetwork.Dit, Width = 8, Heads = 2, Patch = 2, BatchSize = 2, Epochs = 1, Octaves = 2,
        };
        float[] levels = [.. Enumerable.Range(0, 4 * D).Select(i => (float)(i * 37 % 256))];
        var pictures = new Points("greys", levels, D) { Picture = (Side, Side) };
        string Train(Device device)
        {
            using (device)
            {
                var trainer = new DiffusionTrainer(device, options.Validated(), pictures);
                trainer.Run(_ => { }, CancellationToken.None);
                return ParametersHash.Of(device, trainer.Denoiser.Parameters) + $" {trainer.History[^1].TrainError:R}";
            }
        }

        var host = Train(new HostDevice(threads: 2));
        Assert.That(Train(GpuDevice.Simulator()), Is.EqualTo(host), "simulator");
        Assert.That(Train(GpuDevice.Ptx()), Is.EqualTo(host), "PTX");
    }

    /// <summary>
    /// A network that answers v = 0 says ε̂ = σz and errs by ε − ε̂ = α²ε − ασx. With S = α² and σ² = 1 − S the
    /// integral is ½Σ_d x²·ΔS + (Δ log(1 + e^λ) − ΔS), and what is below and above it is known.
    /// </summary>
    /// <remarks>Allowed are five standard errors, which 200 pictures of 16 draws hold below 2 % of the value.</remarks>
    [Test]
    public void Bits_of_a_known_denoiser_are_those_of_the_integral()
    {
        using var device = new HostDevice(threads: 2);
        var schedule = NoiseSchedule.LinearLogSnr();
        var denoiser = new MlpDenoiser(device, new(D, Width: 4, Layers: 1, Features: 4), seed: 1, schedule);
        device.Ops.Fill(denoiser.Parameters.Values, 0);
        float[] levels = [.. Enumerable.Range(0, 200 * D).Select(i => (float)(i % 3 == 0 ? 0 : i * 37 % 256))];
        var pictures = new Points("greys", levels, D) { Picture = (Side, Side) };

        var (clean, noisy) = schedule.Ends;
        static double Share(double logSnr) => 1 / (1 + Math.Exp(-logSnr));
        var between = Share(clean) - Share(noisy);
        var noise = Math.Log(1 + Math.Exp(clean)) - Math.Log(1 + Math.Exp(noisy)) - between;
        var x = PointScale.Of(pictures).Apply(levels);
        var reading = Information.LevelReading.Nats(256, clean);
        double bound = 0, integral = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var both = 0.5 * (x[i] * x[i] * between + noise) + reading[(int)levels[i]];
            integral += (both + 0.5 * Math.Exp(noisy) * x[i] * x[i]) / pictures.N;
            bound += (both + 0.5 * (Share(noisy) * x[i] * x[i] - Share(noisy) - Math.Log(Share(-noisy)))) / pictures.N;
        }
        var likelihood = new PictureLikelihood(denoiser, PredictionTarget.Velocity, pictures);
        var vlb = likelihood.Bound(seed: 3);
        var itd = likelihood.Immse(seed: 3);
        // Steps of finite length lose D/4·range²/T nats at most.
        var steps = D / 4.0 * Math.Pow(clean - noisy, 2) / DiffusionEvaluation.BoundSteps;
        // Rows of a bound scatter by their own draws too, which the mean of their squares holds.
        Assert.That(vlb.Nats, Is.EqualTo(bound).Within(5 * vlb.StandardError + steps));
        Assert.That(itd.Nats, Is.EqualTo(integral).Within(5 * itd.StandardError));
        Assert.That(itd.StandardError / itd.Nats, Is.LessThan(0.02));
        Assert.That(() => new PictureLikelihood(denoiser, PredictionTarget.Velocity, pictures with { Picture = null }),
            Throws.ArgumentException);
        levels[7] = 0.5f;
        Assert.That(() => new PictureLikelihood(denoiser, PredictionTarget.Velocity, pictures), Throws.ArgumentException);
    }
}
