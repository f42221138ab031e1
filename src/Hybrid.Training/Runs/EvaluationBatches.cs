using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>A whole set in batches through plans of its own: the same draws at every evaluation.</summary>
/// <param name="data">The set.</param>
/// <param name="binarize">Whether pixels are drawn as 0 or 1.</param>
/// <param name="seed">Of the model.</param>
/// <param name="largest">Rows of a batch, at most.</param>
/// <param name="plan">Builds a plan for so many rows; kept once it is built.</param>
sealed class EvaluationBatches<TPlan>(
    DeviceImages data, bool binarize, ulong seed, int largest, Func<int, TPlan> plan) where TPlan : IImagePlan
{
    /// <summary>Pixels are drawn here as they are not in training.</summary>
    readonly ulong pixels = seed ^ 0x5851F42D4C957F2D;

    readonly Dictionary<int, TPlan> plans = [];

    public DeviceImages Data { get; } = data;

    /// <summary>
    /// Runs the batches that hold the first <paramref name="wanted"/> images, cut as for the whole set.
    /// </summary>
    /// <param name="wanted">Images.</param>
    /// <param name="read">Given the plan that ran, its first image, and how many it holds.</param>
    /// <param name="step">Other numbers are other draws; a set's numbers are as many as its images.</param>
    public void ForEach(int wanted, Action<TPlan, int, int> read, uint step = 0)
    {
        for (var from = 0; from < wanted; from += largest)
        {
            var count = Math.Min(largest, Data.Images.N - from);
            if (!plans.TryGetValue(count, out var known)) plans[count] = known = plan(count);
            Data.Batch(from, known.X, binarize, new(pixels, step + (uint)from, Streams.Binarize));
            known.Run(step + (uint)from);
            read(known, from, count);
        }
    }
}

/// <summary>Images beside what a model makes of them.</summary>
static class Reconstruction
{
    /// <summary>
    /// The first <paramref name="count"/> images as the model saw them, and their reconstructions.
    /// </summary>
    public static (float[] Originals, float[] Reconstructions) Reconstruct<TPlan>(
        this EvaluationBatches<TPlan> batches, int count) where TPlan : IReconstructionPlan
    {
        var (images, device) = (batches.Data.Images, batches.Data.Device);
        count = Math.Min(count, images.N);
        var (originals, means) = (new float[count * images.D], new float[count * images.D]);
        batches.ForEach(count, (plan, from, rows) =>
        {
            var wanted = Math.Min(rows, count - from);
            var (first, words) = (from * images.D, wanted * images.D);
            device.Download(plan.X.RowRange(0, wanted), originals.AsSpan(first, words));
            device.Download(plan.Mean.RowRange(0, wanted), means.AsSpan(first, words));
        });
        return (originals, means);
    }
}
