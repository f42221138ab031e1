using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>ε-prediction in continuous time with the cosine schedule, and a sine embedding of t.</summary>
sealed class TorchDenoiser(Func<string, Tensor, Tensor> linear, Tensor x, Tensor eps, Tensor time)
{
    const int Waves = StepData.Embedding / 2;

    /// <summary>The angle at t = 0, and what is left of a quarter turn at t = 1: log-SNR ±15.</summary>
    static readonly double First = Math.Atan(Math.Exp(-7.5));

    readonly Tensor frequencies = Tensor.Of(
    [
        .. Enumerable.Range(0, Waves).Select(i =>
            (float)(StepData.TimeScale * Math.Pow(StepData.Longest, -(double)i / Waves))),
    ], 1, Waves);

    public Tensor Loss()
    {
        var turned = time * (Math.PI / 2 - 2 * First) + First;
        var angle = time * frequencies;
        var embedding = angle.Sin().Concatenate(angle.Cos(), 1);
        var h = linear("input/0", turned.Cos() * x + turned.Sin() * eps)
            + linear("time/1", linear("time/0", embedding).Silu());
        for (var i = 0; i < StepData.Depth; i++) h = linear($"body/{i}", h).Silu();
        // Squares are summed over a row and averaged over rows.
        return linear($"body/{StepData.Depth}", h).MeanSquare(eps) * StepData.Plane;
    }
}

/// <summary>InfoNCE: which y belongs to each x, by a critic's scores of all pairs.</summary>
sealed class TorchCritic(Func<string, Tensor, Tensor> linear, Tensor x, Tensor y, int B, bool concatenated)
{
    readonly Tensor classes = Tensor.Of([.. Enumerable.Range(0, B).Select(b => (long)b)], B);

    public Tensor Loss() => (concatenated ? AllPairs() : Product()).CrossEntropy(classes);

    /// <summary>score[i, j] = f(x_i, y_j).</summary>
    Tensor AllPairs()
    {
        const int dims = StepData.Dims;
        var xs = x.Unsqueeze(1).Expand(B, B, dims).Reshape(B * B, dims);
        var ys = y.Unsqueeze(0).Expand(B, B, dims).Reshape(B * B, dims);
        return Network("critic", xs.Concatenate(ys, 1)).Reshape(B, B);
    }

    /// <summary>score[i, j] = f(x_i)·g(y_j).</summary>
    Tensor Product() => Network("x", x).Multiply(Network("y", y).Transpose());

    Tensor Network(string name, Tensor input) =>
        linear($"{name}/2", linear($"{name}/1", linear($"{name}/0", input).Relu()).Relu());
}
