using Hybrid.Training.Checkpoints;

namespace Hybrid.Bench.Comparison;

/// <summary>Inputs, starting weights and checked noise of the training steps.</summary>
static class StepData
{
    /// <summary>Widths of the models, shared by all who build them.</summary>
    public static readonly int[] VaeHidden = [512, 256];

    public const int Pixels = 784, Latent = 20, Plane = 2, Width = 256, Depth = 4, Embedding = 64;

    /// <summary>The time's embedding: its scale and the slowest wave's length (<see cref="Models.Denoiser"/>).</summary>
    public const double TimeScale = 1000, Longest = 10_000;

    public const int Dims = 20, Features = 32;

    /// <summary>A graph numbers its draws from 1.</summary>
    const uint FirstDraw = 1;

    public static string Prefix(StepModel model) => $"{model.ToString().ToLowerInvariant()}/";

    /// <summary>The noise of the checked steps of one batch size, [10·B, D].</summary>
    public static string Noise(StepCase step, string symbol) => $"{Prefix(step.Model)}b{step.B}/{symbol}";

    /// <summary>What a model is made of: layers by name, [in, out].</summary>
    public static (string Name, int In, int Out)[] Layers(StepModel model) => model switch
    {
        StepModel.Vae =>
        [
            .. Chain("encoder", [Pixels, .. VaeHidden, 2 * Latent]),
            .. Chain("decoder", [Latent, .. VaeHidden.Reverse(), Pixels]),
        ],
        StepModel.Diffusion =>
        [
            .. Chain("time", [Embedding, Width, Width]), .. Chain("input", [Plane, Width]),
            .. Chain("body", [.. Enumerable.Repeat(Width, Depth + 1), Plane]),
        ],
        StepModel.InfoNceConcat => Chain("critic", [2 * Dims, Width, Width, 1]),
        _ => [.. Chain("x", [Dims, Width, Width, Features]), .. Chain("y", [Dims, Width, Width, Features])],
    };

    static (string, int, int)[] Chain(string name, int[] widths) =>
        [.. Enumerable.Range(0, widths.Length - 1).Select(i => ($"{name}/{i}", widths[i], widths[i + 1]))];

    public static IEnumerable<NamedTensor> Of(StepModel model, IReadOnlyList<StepCase> steps, Random random)
    {
        var prefix = Prefix(model);
        foreach (var (name, fanIn, fanOut) in Layers(model))
        {
            var bound = 1 / Math.Sqrt(fanIn);
            yield return NamedTensor.Of($"{prefix}w/{name}/w",
                PeerData.Uniform(random, (long)fanIn * fanOut, -bound, bound), fanIn, fanOut);
            yield return NamedTensor.Of($"{prefix}w/{name}/b", PeerData.Uniform(random, fanOut, -bound, bound),
                fanOut);
        }
        var B = steps.Max(step => step.B);
        if (model == StepModel.Vae)
            yield return NamedTensor.Of($"{prefix}x", PeerData.Uniform(random, B * Pixels, 0, 1), B, Pixels);
        else
        {
            var dims = model == StepModel.Diffusion ? Plane : Dims;
            yield return NamedTensor.Of($"{prefix}x", Normal(random, B * dims), B, dims);
            if (model != StepModel.Diffusion)
                yield return NamedTensor.Of($"{prefix}y", Normal(random, B * dims), B, dims);
        }
        foreach (var step in steps)
            foreach (var noise in Checked(step, random)) yield return noise;
    }

    static IEnumerable<NamedTensor> Checked(StepCase step, Random random)
    {
        var rows = StepCase.Checked * step.B;
        if (step.Model == StepModel.Vae)
            yield return NamedTensor.Of(
                Noise(step, "eps"), PeerData.Normals(StepCase.Checked, step.B, Latent, FirstDraw), rows, Latent);
        if (step.Model != StepModel.Diffusion) yield break;
        yield return NamedTensor.Of(
            Noise(step, "eps"), PeerData.Normals(StepCase.Checked, step.B, Plane, FirstDraw), rows, Plane);
        var t = new float[rows];
        for (var i = 0; i < rows; i++) t[i] = random.NextSingle();
        yield return NamedTensor.Of(Noise(step, "t"), t, rows);
    }

    static float[] Normal(Random random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }
}
