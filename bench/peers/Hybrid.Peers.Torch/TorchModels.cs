using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>ε-prediction with ᾱ falling in a straight line from 0.9999 to 0.01, and a sine embedding of t.</summary>
sealed class TorchDenoiser(Func<string, Tensor, Tensor> linear, Tensor x, Tensor eps, Tensor time, int B)
{
    const int Waves = StepData.Embedding / 2;

    readonly Tensor alpha = Tensor.Of(new float[B], B, 1), sigma = Tensor.Of(new float[B], B, 1);
    readonly Tensor frequencies = Tensor.Of(
        [.. Enumerable.Range(0, Waves).Select(i => (float)Math.Exp(-Math.Log(1e4) * i / Waves))], 1, Waves);

    public Tensor Loss()
    {
        for (var b = 0; b < B; b++)
        {
            var bar = 0.9999f - 0.9899f * time.Values[b] / (StepData.Times - 1);
            (alpha.Values[b], sigma.Values[b]) = (MathF.Sqrt(bar), MathF.Sqrt(1 - bar));
        }
        var angle = time * frequencies;
        var embedding = angle.Sin().Concatenate(angle.Cos(), 1);
        var h = linear("input", alpha * x + sigma * eps)
            + linear("time/1", linear("time/0", embedding).Silu());
        for (var i = 0; i < StepData.Depth; i++) h = linear($"hidden/{i}", h).Silu();
        return linear("output", h).MeanSquare(eps);
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
