using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>A training step in eager torch, as a user of PyTorch writes it.</summary>
sealed class TorchStep : IPeerWork
{
    readonly StepCase step;
    readonly PeerData data;
    readonly Dictionary<string, (Tensor W, Tensor B)> layers = [];
    readonly List<Tensor> parameters = [];
    readonly Adam adam;
    readonly Func<Tensor> loss;
    readonly Tensor x, noise, time;
    readonly Random random = new(1);
    int checkedSteps = -1;

    public TorchStep(StepCase step, PeerData data, bool fused)
    {
        (this.step, this.data) = (step, data);
        var prefix = StepData.Prefix(step.Model);
        foreach (var (name, fanIn, fanOut) in StepData.Layers(step.Model))
        {
            var w = Tensor.Of(Transposed(data[$"{prefix}w/{name}/w"], fanIn, fanOut), fanOut, fanIn);
            var b = Tensor.Of(data[$"{prefix}w/{name}/b"], fanOut);
            layers.Add(name, (w.RequireGradient(), b.RequireGradient()));
            parameters.AddRange([w, b]);
        }
        adam = new(parameters, StepCase.LearningRate, fused);
        var B = step.B;
        switch (step.Model)
        {
            case StepModel.Vae:
                x = Tensor.Of(data[$"{prefix}x"][..(B * StepData.Pixels)], B, StepData.Pixels);
                noise = Tensor.Of(new float[B * StepData.Latent], B, StepData.Latent);
                loss = Vae;
                break;
            case StepModel.Diffusion:
                x = Tensor.Of(data[$"{prefix}x"][..(B * StepData.Plane)], B, StepData.Plane);
                noise = Tensor.Of(new float[B * StepData.Plane], B, StepData.Plane);
                time = Tensor.Of(new float[B], B, 1);
                loss = new TorchDenoiser(Linear, x, noise, time).Loss;
                break;
            default:
                x = Tensor.Of(data[$"{prefix}x"][..(B * StepData.Dims)], B, StepData.Dims);
                var y = Tensor.Of(data[$"{prefix}y"][..(B * StepData.Dims)], B, StepData.Dims);
                loss = new TorchCritic(Linear, x, y, B, step.Model == StepModel.InfoNceConcat).Loss;
                break;
        }
    }

    static float[] Transposed(ReadOnlySpan<float> w, int rows, int cols)
    {
        var turned = new float[w.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < cols; j++) turned[j * rows + i] = w[i * cols + j];
        return turned;
    }

    Tensor Linear(string layer, Tensor input) => input.Linear(layers[layer].W, layers[layer].B);

    Tensor Vae()
    {
        var h = Linear("encoder/1", Linear("encoder/0", x).Relu()).Relu();
        // One layer for both heads; its halves are views.
        var heads = Linear("encoder/2", h).Reshape(step.B, 2, StepData.Latent);
        var (mu, logVar) = (heads.Select(1, 0), heads.Select(1, 1));
        var z = mu + (logVar * 0.5).Exp() * noise;
        var logits = Linear("decoder/2", Linear("decoder/1", Linear("decoder/0", z).Relu()).Relu());
        var kl = (logVar + 1 - mu * mu - logVar.Exp()).Total() * -0.5;
        return (logits.BinaryCrossEntropy(x) + kl) / step.B;
    }

    public void Run() => Step();

    /// <returns>The loss before the step, where someone reads it.</returns>
    float Step()
    {
        foreach (var parameter in parameters) parameter.ForgetGradient();
        Draw();
        var value = loss();
        var number = checkedSteps >= 0 ? value.Values[0] : 0;
        value.Backward();
        adam.Step();
        Tensor.FreeTemporaries();
        return number;
    }

    void Draw()
    {
        if (step.Model is not (StepModel.Vae or StepModel.Diffusion)) return;
        if (checkedSteps >= 0)
        {
            Given("eps", noise);
            if (step.Model == StepModel.Diffusion) Given("t", time);
            return;
        }
        noise.FillNormal();
        if (step.Model == StepModel.Diffusion)
            foreach (ref var t in time.Values) t = random.NextSingle();
    }

    void Given(string symbol, Tensor target)
    {
        var values = target.Values;
        data[StepData.Noise(step, symbol)].Slice(checkedSteps * values.Length, values.Length).CopyTo(values);
    }

    public float[] Results()
    {
        var losses = new float[StepCase.Checked];
        for (checkedSteps = 0; checkedSteps < losses.Length; checkedSteps++) losses[checkedSteps] = Step();
        checkedSteps = -1;
        return losses;
    }

    public void Dispose() { }
}
