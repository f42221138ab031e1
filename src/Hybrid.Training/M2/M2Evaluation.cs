using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Measures M2 on a whole set, pixels drawn as 0 or 1: the same draws at every evaluation.</summary>
public sealed class M2Evaluation
{
    const int LargestBatch = 250;

    readonly M2 m2;
    readonly int[] classes;
    readonly EvaluationBatches<M2EvaluationPlan> batches;

    /// <exception cref="UserError">There are no classes, or more than the model has.</exception>
    public M2Evaluation(M2 m2, ImageSet images)
    {
        (this.m2, classes) = (m2, ClassLabels.Of(images));
        if (classes.Max() is var greatest && greatest >= m2.Shape.Classes)
            throw new UserError(images.Name, $"has the class {greatest}, the model {m2.Shape.Classes} classes",
                "give data of the model's classes");
        batches = new(
            new(m2.Device, images), binarize: true, m2.Seed, LargestBatch, B => m2.EvaluationPlan(B));
    }

    /// <summary>Both bounds by parts, I(x; y) and the error.</summary>
    public M2Account Run()
    {
        var (N, C) = (classes.Length, m2.Shape.Classes);
        float[] logits = new float[N * C], nll = new float[N * C], kl = new float[N * C];
        batches.ForEach(N, (plan, from, count) =>
        {
            m2.Device.Download(plan.Logits, logits.AsSpan(from * C, count * C));
            m2.Device.Download(plan.Nll, nll.AsSpan(from * C, count * C));
            m2.Device.Download(plan.Kl, kl.AsSpan(from * C, count * C));
        });
        return M2Account.Of(logits, nll, kl, classes);
    }
}
