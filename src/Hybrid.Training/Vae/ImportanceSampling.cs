using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>K draws from each example's posterior, streamed through the decoder a few hundred at a time.</summary>
/// <remarks>The draws are the same at every call: noise depends on the seed, the example and the draw alone.</remarks>
sealed class ImportanceSampling
{
    // The widest layer's rows stay in a core's cache.
    const int LargestBatch = 500;

    readonly Device device;
    readonly ImportancePlan plan;
    readonly Tensor surprise;
    readonly float[] host;
    readonly int K, batches;

    /// <param name="vae">The model.</param>
    /// <param name="K">Draws per example.</param>
    public ImportanceSampling(Vae vae, int K)
    {
        (device, this.K) = (vae.Device, K);
        batches = (K - 1) / LargestBatch + 1;
        plan = vae.ImportancePlan((K - 1) / batches + 1);
        // The last batch may draw a few more than were asked for; they are not looked at.
        surprise = device.Arena.Allocate(batches * plan.Rows, 1);
        host = new float[K];
    }

    /// <summary>
    /// The weights of an example, x[D], with its posterior mu[K], logVar[K]; number of the example.
    /// </summary>
    public ImportanceWeights Weights(
        int example, ReadOnlySpan<float> x, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar)
    {
        plan.Set(x, mu, logVar);
        for (var batch = 0; batch < batches; batch++)
            plan.Run((uint)(example * batches + batch), surprise.RowRange(batch * plan.Rows, plan.Rows));
        device.Download(surprise.RowRange(0, K), host);
        return ImportanceWeights.Of(host);
    }
}
