using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary>A way to learn ten digits from a hundred labels.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">How it is trained.</param>
/// <param name="LabelsAlone">Whether the images without a label are left out, at as many steps.</param>
sealed record LabelModel(string Name, M2RunOptions Options, bool LabelsAlone = false)
{
    /// <summary>What it learns from, for a seed.</summary>
    public (M2RunOptions Options, DataSplit Data) For(ulong seed, DataSplit data)
    {
        var options = Options with { Seed = seed };
        if (!LabelsAlone) return (options, data);
        var (labelled, unlabelled) = LabelledRows.Split(data.Train, options.Labels, seed);
        // As many steps as the others take, each with as many labelled images.
        var batch = Math.Min(options.BatchSize, labelled.N);
        var steps = unlabelled is null ? 1 : unlabelled.N / Math.Min(options.BatchSize, unlabelled.N);
        var repeated = Repeated(labelled, (steps * batch + labelled.N - 1) / labelled.N);
        return (options with { Labels = repeated.N, BatchSize = batch }, data with { Train = repeated });
    }

    static ImageSet Repeated(ImageSet images, int times)
    {
        var (pixels, labels) = (new List<float>(), new List<double>());
        for (var i = 0; i < times; i++)
        {
            pixels.AddRange(images.Pixels);
            labels.AddRange(images.Labels);
        }
        return new(images.Name, images.Height, images.Width, [.. pixels], [.. labels], images.LabelNames);
    }
}

/// <summary>Semi-supervised VAEs beside a classifier of the labels alone (chapter 24).</summary>
/// <param name="Models">In the order of their table.</param>
/// <param name="Seeds">Of each model; a seed also says which images have a label.</param>
sealed record LabelStudy(IReadOnlyList<LabelModel> Models, IReadOnlyList<ulong> Seeds)
{
    static readonly M2RunOptions Options = new()
    {
        Labels = 100, Hidden = [128], Latent = 16, Epochs = 15, BatchSize = 100, LearningRate = 2e-3,
    };

    /// <summary>The labels alone, then M2 with two weights of its classification, I(x; y) raised or not.</summary>
    public static LabelStudy Digits { get; } = new(
        [
            new("labels alone", Options with { Alpha = 10 }, LabelsAlone: true),
            M2(alpha: 1, 0), M2(alpha: 1, 10), M2(alpha: 10, 0), M2(alpha: 10, 3), M2(alpha: 10, 10),
        ],
        [1, 2]);

    static LabelModel M2(double alpha, double weight) => new(
        FormattableString.Invariant($"M2, α {alpha}") + (weight > 0 ? FormattableString.Invariant($", mi {weight}") : ""),
        Options with { Alpha = alpha, Information = weight });

    /// <summary>One epoch and one seed, for a look at the command.</summary>
    public LabelStudy Quick() => new(
        [.. Models.Select(model => model with { Options = model.Options with { Epochs = 1 } })], [1]);
}
