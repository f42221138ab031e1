namespace Hybrid.Bench.Comparison;

/// <summary>Everything that is compared.</summary>
public static class PeerCases
{
    const int InCache = 1 << 16, OutOfCache = 1 << 22;

    /// <summary>The products of the training steps, and squares.</summary>
    static readonly GemmCase[] Gemm =
    [
        new(GemmOp.NN, 64, 512, 784), new(GemmOp.NT, 64, 784, 512), new(GemmOp.TN, 784, 512, 64),
        new(GemmOp.NN, 128, 512, 784), new(GemmOp.NT, 128, 784, 512), new(GemmOp.TN, 784, 512, 128),
        new(GemmOp.NN, 512, 512, 784), new(GemmOp.NT, 512, 784, 512), new(GemmOp.TN, 784, 512, 512),
        new(GemmOp.NN, 128, 256, 512), new(GemmOp.TN, 512, 256, 128),
        new(GemmOp.NN, 128, 20, 256), new(GemmOp.NT, 128, 256, 20), new(GemmOp.TN, 256, 20, 128),
        new(GemmOp.NN, 512, 20, 256), new(GemmOp.NT, 512, 256, 20), new(GemmOp.TN, 256, 20, 512),
        new(GemmOp.NN, 128, 128, 128),
        new(GemmOp.NN, 512, 256, 256), new(GemmOp.NT, 512, 256, 256), new(GemmOp.TN, 256, 256, 512),
        new(GemmOp.NN, 4096, 256, 256), new(GemmOp.TN, 256, 256, 4096),
        new(GemmOp.NN, 256, 256, 256), new(GemmOp.NN, 512, 512, 512),
        new(GemmOp.NN, 1024, 1024, 1024), new(GemmOp.NT, 1024, 1024, 1024), new(GemmOp.TN, 1024, 1024, 1024),
        new(GemmOp.NN, 2048, 2048, 2048),
    ];

    static readonly StepCase[] Steps =
    [
        new(StepModel.Vae, 128), new(StepModel.Vae, 512), new(StepModel.Diffusion, 512),
        new(StepModel.InfoNceConcat, 64), new(StepModel.InfoNceConcat, 128),
        new(StepModel.InfoNceSeparable, 64), new(StepModel.InfoNceSeparable, 128),
    ];

    static readonly ConvCase[] Conv =
    [
        new(64, 28, 32, 32), new(64, 28, 32, 64), new(64, 28, 64, 64), new(64, 14, 64, 64),
        new(64, 14, 64, 128), new(64, 14, 128, 128), new(64, 7, 128, 128), new(64, 14, 192, 64),
        new(64, 28, 96, 32), new(16, 64, 32, 32), new(16, 64, 64, 64), new(16, 32, 128, 128),
    ];

    public static IReadOnlyList<PeerCase> All { get; } =
    [
        .. Gemm, .. Steps, .. Conv,
        .. from n in (int[])[InCache, OutOfCache]
           from function in Enum.GetValues<ElementFunction>()
           select new ElementCase(function, n),
        new PairsCase(2_000, 20), new PairsCase(10_000, 20),
    ];

    /// <summary>The products that decide which of a library's code paths is its best here.</summary>
    public static IReadOnlyList<PeerCase> Calibration { get; } =
        [Gemm[3], Gemm[8], Gemm[18], Gemm[25]];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static PeerCase Named(string name) =>
        All.FirstOrDefault(one => one.Name == name)
        ?? throw new ArgumentException($"No case is called {name}.", nameof(name));
}
