namespace Hybrid.Peers.Torch;

/// <summary>torch.optim.Adam with its defaults: eager operations, or the fused one.</summary>
/// <remarks>Source: torch/optim/adam.py of 2.10, _single_tensor_adam and _fused_adam.</remarks>
sealed unsafe class Adam(IReadOnlyList<Tensor> parameters, double learningRate, bool fused)
{
    const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    readonly Tensor[] m = [.. parameters.Select(Zeros)], v = [.. parameters.Select(Zeros)];
    readonly Tensor[] steps = [.. parameters.Select(_ => Tensor.Of([0f]))];
    int t;

    static Tensor Zeros(Tensor like)
    {
        nint* copy;
        Native.aoti_torch_grad_mode_set_enabled(0);
        Native.aoti_torch_clone(like.Slot, &copy);
        Native.aoti_torch_grad_mode_set_enabled(1);
        var zeros = new Tensor(copy);
        zeros.Values.Clear();
        return zeros;
    }

    public void Step()
    {
        t++;
        Native.aoti_torch_grad_mode_set_enabled(0);
        for (var i = 0; i < parameters.Count; i++)
            Native.AddInPlace(
                steps[i].Slot, Tensor.Place(Scalar.Of(1L)), Tensor.Place(Scalar.Of(1L), 1));
        if (fused) Fused();
        else
            for (var i = 0; i < parameters.Count; i++) Eager(i);
        Native.aoti_torch_grad_mode_set_enabled(1);
    }

    void Eager(int i)
    {
        var gradient = parameters[i].Gradient.Slot;
        Native.LerpInPlace(m[i].Slot, gradient, Tensor.Place(Scalar.Of(1 - Beta1)));
        Native.MulInPlace(v[i].Slot, Tensor.Place(Scalar.Of(Beta2)));
        Native.AddProductInPlace(v[i].Slot, gradient, gradient, Tensor.Place(Scalar.Of(1 - Beta2)));
        var denominator = v[i].Sqrt() / Math.Sqrt(1 - Math.Pow(Beta2, t));
        Native.AddInPlace(
            denominator.Slot, Tensor.Place(Scalar.Of(Epsilon)), Tensor.Place(Scalar.Of(1L), 1));
        Native.AddQuotientInPlace(parameters[i].Slot, m[i].Slot, denominator.Slot,
            Tensor.Place(Scalar.Of(-learningRate / (1 - Math.Pow(Beta1, t)))));
    }

    void Fused()
    {
        const int lists = 5;
        var n = parameters.Count;
        var all = stackalloc nint[lists * n];
        for (var i = 0; i < n; i++)
        {
            all[i] = *parameters[i].Slot;
            all[n + i] = *parameters[i].Gradient.Slot;
            all[2 * n + i] = *m[i].Slot;
            all[3 * n + i] = *v[i].Slot;
            all[4 * n + i] = *steps[i].Slot;
        }
        OptionalTensor scale = default, infinite = default;
        Native.FusedAdamInPlace(
            new() { First = all, Count = n }, new() { First = all + n, Count = n },
            new() { First = all + 2 * n, Count = n }, new() { First = all + 3 * n, Count = n }, default,
            new() { First = all + 4 * n, Count = n }, learningRate, Beta1, Beta2, 0, Epsilon, 0, 0, &scale,
            &infinite);
    }
}
