using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Measures M2 on a whole set, pixels drawn as 0 or 1: the same draws at every evaluation.</summary>
public sealed class M2Evaluation
{
    const int LargestBatch = 250;

    readonly M2 m2;
    readonly DeviceImages images;
    readonly int[] classes;
    readonly Dictionary<int, M2EvaluationPlan> plans = [];

    /// <exception cref="UserError">There are no classes, or more than the model has.</exception>
    public M2Evaluation(M2 m2, ImageSet images)
    {
        (this.m2, this.images, classes) = (m2, new(m2.Device, images), ClassLabels.Of(images));
        if (classes.Max() is var greatest && greatest >= m2.Shape.Classes)
            throw new UserError(images.Name, $"has the class {greatest}, the model {m2.Shape.Classes} classes",
                "give data of the model's classes");
    }

    /// <summary>Both bounds by parts, I(x; y) and the error.</summary>
    public M2Account Run()
    {
        var (N, C) = (images.Images.N, m2.Shape.Classes);
        float[] logits = new float[N * C], nll = new float[N * C], kl = new float[N * C];
        for (var from = 0; from < N; from += LargestBatch)
        {
            var count = Math.Min(LargestBatch, N - from);
            if (!plans.TryGetValue(count, out var plan)) plans[count] = plan = m2.EvaluationPlan(count);
            var noise = new Noise(m2.Seed ^ 0x5851F42D4C957F2D, (uint)from, Streams.Binarize);
            images.Batch(from, plan.X, binarize: true, noise);
            plan.Run((uint)from);
            m2.Device.Download(plan.Logits, logits.AsSpan(from * C, count * C));
            m2.Device.Download(plan.Nll, nll.AsSpan(from * C, count * C));
            m2.Device.Download(plan.Kl, kl.AsSpan(from * C, count * C));
        }
        return M2Account.Of(logits, nll, kl, classes);
    }
}
