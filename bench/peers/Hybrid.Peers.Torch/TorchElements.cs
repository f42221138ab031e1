using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>Functions of one number at a time.</summary>
static class TorchElements
{
    public static IPeerWork Open(ElementCase work, PeerData data, bool fused)
    {
        var n = work.N;
        var x = Tensor.Of(data.X(n), n);
        var t = Tensor.Of(data.T(n), n);
        return work.Function switch
        {
            ElementFunction.Normals => new TorchWork(() => x.FillNormal()),
            ElementFunction.BceForwardBackward => new TorchWork(BceGradient(x.RequireGradient(), t)),
            ElementFunction.Adam => new TorchWork(AdamStep(x.RequireGradient(), t, fused)),
            ElementFunction.Exp => new TorchWork(() => x.Exp()),
            ElementFunction.Log => new TorchWork(() => t.Log()),
            ElementFunction.Tanh => new TorchWork(() => x.Tanh()),
            ElementFunction.Silu => new TorchWork(() => x.Silu()),
            _ => new TorchWork(() => x.Softplus()),
        };
    }

    static Func<Tensor> BceGradient(Tensor logits, Tensor targets) => () =>
    {
        logits.ForgetGradient();
        logits.BinaryCrossEntropy(targets).Backward();
        return logits.Gradient;
    };

    static Func<Tensor> AdamStep(Tensor parameter, Tensor gradient, bool fused)
    {
        // The gradient of Σ p·g is g; it stays for all steps.
        (parameter * gradient).Total().Backward();
        Tensor.FreeTemporaries();
        var adam = new Adam([parameter], StepCase.LearningRate, fused);
        return () =>
        {
            adam.Step();
            return parameter;
        };
    }
}
