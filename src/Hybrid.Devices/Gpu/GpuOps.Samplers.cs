using Hybrid.Formulas;
using K = Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

sealed partial class GpuOps
{
    public void ScheduleLogSnr(in NoiseCurve curve, Tensor t, Tensor logSnr) =>
        Launch(K.ScheduleLogSnr.Ladder, new(curve, View(t), View(logSnr), t.Rows, t.Cols));

    public void SamplerStep(
        in StepWeights weights, Tensor z, Tensor kept, ReadOnlySpan<Tensor> x, in Noise noise, Tensor next) => Launch(
        K.SamplerStep.Ladder, new(
            weights, View(z), View(kept), View(x[0]), View(x[1]), View(x[2]), View(x[3]), noise, View(next),
            z.Rows, z.Cols));
}
