using Hybrid.Formulas;

namespace Hybrid.Devices;

public partial interface IOps
{
    /// <summary>logSnr[b] of a schedule at t[b] in [0, 1] (<see cref="NoiseCurve"/>).</summary>
    void ScheduleLogSnr(in NoiseCurve curve, Tensor t, Tensor logSnr);

    /// <summary>
    /// next = Noise·ε + Z·z + Kept·kept + X0·x[0] + … : one step of a sampler that is linear in all of them.
    /// </summary>
    /// <remarks>
    /// The noise's product first, then a fused step for each term in that order. A term of weight 0 is left out, and
    /// its tensor is not read.
    /// </remarks>
    /// <param name="weights">What is taken of each.</param>
    /// <param name="z">The point, [B, D].</param>
    /// <param name="kept">The point kept, [B, D].</param>
    /// <param name="x">The denoiser's answers, newest first, four of [B, D].</param>
    /// <param name="noise">Which ε, as <see cref="Normals"/>.</param>
    /// <param name="next">[B, D]; may be z.</param>
    void SamplerStep(
        in StepWeights weights, Tensor z, Tensor kept, ReadOnlySpan<Tensor> x, in Noise noise, Tensor next);
}
