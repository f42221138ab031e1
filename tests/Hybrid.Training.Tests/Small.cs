using System.Buffers.Binary;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>Data and options small enough to train in a test.</summary>
static class Small
{
    public static readonly VaeRunOptions Options = new()
    {
        Hidden = [17], Latent = 3, BatchSize = 20, Epochs = 3, Activation = Activation.Tanh, Seed = 4,
    };

    public static readonly VaeRunOptions Gaussian = Options with
    {
        Likelihood = LikelihoodKind.GaussianLearnt,
        Sigma = 0.3,
        Activation = Activation.Gelu,
        Schedule = LearningRateSchedule.Linear,
    };

    public static readonly VaeRunOptions Mixture = Options with
    {
        Likelihood = LikelihoodKind.LogisticMixture,
        Components = 2,
    };

    public static DataSplit Data(int train = 105, int test = 30, int size = 9) => Sprites.Load(train, test, size);

    /// <summary>Writes sprites as an IDX file: nine tenths to train on, one tenth to test on.</summary>
    public static string Digits(TempFolder folder, int n = 120, int size = 9)
    {
        var sprites = Sprites.Load(n - 1, 1, size);
        var bytes = new byte[16 + n * size * size];
        int[] header = [0x803, n, size, size];
        for (var i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), header[i]);
        var at = 16;
        foreach (var set in new[] { sprites.Train, sprites.Test })
            foreach (var pixel in set.Pixels)
                bytes[at++] = (byte)(pixel * 255);
        return folder.With("digits", bytes);
    }
}
