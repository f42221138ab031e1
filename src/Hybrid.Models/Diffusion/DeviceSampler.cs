using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Writes what data a denoiser sees in z [B, D], all at one log-SNR, to data [B, D].</summary>
public delegate void DenoiseTensor(Tensor z, double logSnr, Tensor data);

/// <summary>Runs samplers on a device: one launch a move, and nothing allocated.</summary>
/// <remarks>The order of additions is <see cref="SamplerRun"/>'s, in float32: the same bits on every device.</remarks>
public sealed class DeviceSampler
{
    readonly Device device;
    readonly Tensor kept;
    readonly Tensor[] answers = new Tensor[SamplerPlan.Memory];

    /// <summary>Takes memory for B rows of D columns.</summary>
    public DeviceSampler(Device device, int B, int D)
    {
        this.device = device;
        (Z, kept) = (device.Arena.Allocate(B, D), device.Arena.Allocate(B, D));
        for (var k = 0; k < answers.Length; k++) answers[k] = device.Arena.Allocate(B, D);
    }

    /// <summary>The points, [B, D].</summary>
    public Tensor Z { get; }

    /// <summary>Makes the points those of a level without signal, N(0, I), by noise of its own.</summary>
    public void StartFromNoise(ulong seed, uint stream) => device.Ops.Normals(Z, new Noise(seed, 0, stream));

    #region run
    /// <summary>Takes <see cref="Z"/> from the plan's first level to its last.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="denoise">Whom to ask.</param>
    /// <param name="seed">Philox's key: the n-th noisy move draws step n of the stream.</param>
    /// <param name="stream">Which use of noise, apart from <see cref="StartFromNoise"/>'s.</param>
    public void Run(SamplerPlan plan, DenoiseTensor denoise, ulong seed, uint stream)
    {
        var draws = 0u;
        foreach (var act in plan.Acts)
            switch (act)
            {
                case SamplerAct.Ask ask:
                    var oldest = answers[^1];
                    Array.Copy(answers, 0, answers, 1, answers.Length - 1);
                    denoise(Z, ask.LogSnr, answers[0] = oldest);
                    break;
                case SamplerAct.Keep:
                    device.Ops.SamplerStep(new(1, 0, 0, 0, 0, 0, 0), Z, kept, answers, default, kept);
                    break;
                case SamplerAct.Move move:
                    var noise = new Noise(seed, move.Noise == 0 ? 0 : draws++, stream);
                    device.Ops.SamplerStep(Weights(move), Z, kept, answers, noise, Z);
                    break;
            }
    }
    #endregion

    static StepWeights Weights(SamplerAct.Move move)
    {
        float Of(int k) => k < move.Answers.Length ? (float)move.Answers[k] : 0;
        return new((float)move.Z, (float)move.Kept, Of(0), Of(1), Of(2), Of(3), (float)move.Noise);
    }
}
