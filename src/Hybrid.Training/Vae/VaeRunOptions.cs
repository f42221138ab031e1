using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a VAE run; stored in its checkpoints.</summary>
public sealed record VaeRunOptions : RunOptions<VaeRunOptions>
{
    /// <summary><c>sprites</c>, or the path of a folder or file of digits.</summary>
    public string Data { get; init; } = "sprites";

    public int[] Hidden { get; init; } = [400, 200];

    public int Latent { get; init; } = 20;

    public Activation Activation { get; init; } = Activation.Relu;

    public LikelihoodKind Likelihood { get; init; } = LikelihoodKind.Bernoulli;

    /// <summary>σ of a Gaussian likelihood: fixed, or where training starts.</summary>
    public double Sigma { get; init; } = 0.1;

    /// <summary>Components of a mixture of logistics.</summary>
    public int Components { get; init; } = 5;

    /// <summary>Grey values of a categorical likelihood.</summary>
    public int Values { get; init; } = 256;

    /// <summary>Weight of the KL in the objective.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>What is minimised, as <see cref="Training.Objective.Parse"/> reads it.</summary>
    public string Objective { get; init; } = "elbo";

    /// <summary>
    /// What is done against posterior collapse, as <see cref="Training.Remedy.Parse"/> reads it.
    /// </summary>
    public string Remedy { get; init; } = "none";

    /// <summary>
    /// p(z), and how many components it has where it is a mixture; its networks have the encoder's hidden
    /// widths.
    /// </summary>
    public PriorKind Prior { get; init; }

    public int PriorComponents { get; init; } = 16;

    public int Epochs { get; init; } = 20;

    public int BatchSize { get; init; } = 128;

    public double LearningRate { get; init; } = 1e-3;

    public LearningRateSchedule Schedule { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Draw each pixel as 0 or 1 with its grey value as probability, anew at every use.</summary>
    public bool Binarize => Likelihood == LikelihoodKind.Bernoulli;

    /// <summary><see cref="Objective"/>, read.</summary>
    public Objective Aim => Training.Objective.Parse(Objective);

    /// <summary><see cref="Remedy"/>, read.</summary>
    public Remedy Countermeasure => Training.Remedy.Parse(Remedy);

    /// <summary>The model for images of <paramref name="dataDim"/> pixels.</summary>
    /// <exception cref="UserError">It is larger than a device's tensors may be.</exception>
    public VaeShape ShapeFor(int dataDim)
    {
        RequireFits(dataDim);
        return new(dataDim, Hidden, Latent, Activation, PixelsOf())
        {
            Prior = PriorShape, HasDiscriminator = Aim.Penalty is DensityRatio,
        };
    }

    Likelihood PixelsOf() => new(Likelihood, IsGaussian ? Sigma : 0)
    {
        Count = Likelihood == LikelihoodKind.LogisticMixture ? Components
            : Likelihood == LikelihoodKind.Categorical ? Values : 1,
    };

    /// <summary>Grey values that pixels are rounded to; 0 where they are taken as they are.</summary>
    public int Levels => PixelsOf().Levels;

    const string Count = "is out of range, it is a count", Width = "is out of range, it is a width",
        Name = "is out of range, it is a name";

    // 2²⁸ floats are 1 GiB, and a model has four such blocks: values, gradient and Adam's two moments.
    const long LargestTensor = 1L << 28;

    void RequireFits(int dataDim)
    {
        int[] widths = [dataDim, .. Hidden, 2 * Latent];
        // The decoder may make several numbers of each pixel.
        var decoded = (long)PixelsOf().Outputs * dataDim;
        long parameters = (decoded - dataDim) * widths[1], widest = decoded;
        for (var i = 0; i < widths.Length; i++)
        {
            // Each layer once in the encoder and once, transposed, in the decoder.
            if (i > 0) parameters += 2L * widths[i - 1] * widths[i];
            widest = Math.Max(widest, widths[i]);
        }
        var networks = PriorShape.Networks + (Aim.Penalty is DensityRatio ? 1L : 0);
        for (var i = 2; i < widths.Length - 1; i++) parameters += networks * widths[i - 1] * widths[i];
        if (parameters > LargestTensor)
            throw new UserError($"--hidden {string.Join(',', Hidden)} --latent {Latent}",
                $"makes about {parameters:N0} parameters, more than {LargestTensor:N0}",
                "give smaller widths");
        if (PriorShape.IsMixture && widest * PriorComponents > LargestTensor)
            throw new UserError($"--prior-components {PriorComponents}",
                $"times a width of {widest} is more than {LargestTensor:N0} numbers", "give fewer");
        // A bound has K rows for each of the batch.
        widest *= Aim.Bound?.K ?? 1;
        if (widest * BatchSize > LargestTensor)
            throw new UserError($"--batch {BatchSize}",
                $"times a width of {widest} is more than {LargestTensor:N0} numbers", "give a smaller batch");
    }

    PriorShape PriorShape => Countermeasure is { Kind: RemedyKind.Delta, First: var rate }
        ? new(PriorKind.Autoregressive, 0) { Rate = rate }
        : new(Prior, PriorComponents) { Hidden = Hidden };

    public bool IsGaussian => Likelihood is LikelihoodKind.GaussianFixed or LikelihoodKind.GaussianLearnt;

    /// <summary>Checks every option.</summary>
    /// <exception cref="UserError">One is out of range; the message names it.</exception>
    public override VaeRunOptions Validated()
    {
        // The bounds keep β, σ² and 1/σ² well inside float32.
        Require(Beta is >= 0 and <= 1e6, "--beta", Beta, "is out of range, it weighs a divergence",
            "give a number from 0 to 1e6");
        var (aim, remedy) = (Aim, Countermeasure);
        if (aim.WeighsKl && (Beta != 1 || remedy.Kind != RemedyKind.None))
            throw new UserError($"--objective {Objective}",
                aim.Bound is null ? "weighs the KL itself" : "is a bound on log p(x) as it stands",
                "leave --beta and --remedy out");
        Require(Sigma is >= 1e-6 and <= 1e6, "--sigma", Sigma, "is out of range, it is a standard deviation",
            "give a number from 1e-6 to 1e6");
        Require(Components is > 0 and <= 100, "--components", Components, Count, "give 1 to 100");
        Require(Values is > 1 and <= 256, "--values", Values, "is out of range, it is a count of grey values",
            "give 2 to 256");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "--lr", LearningRate,
            "is out of range, it is a step size", "give a number > 0");
        Require(Epochs is > 0 and <= 1_000_000, "--epochs", Epochs, Count, "give 1 to 1,000,000");
        Require(BatchSize is > 0 and <= 65_536, "--batch", BatchSize, Count, "give 1 to 65,536");
        Require(Latent is > 0 and <= 4_096, "--latent", Latent, Width, "give 1 to 4,096");
        foreach (var width in Hidden)
            Require(width is > 0 and <= 65_536, "--hidden", width, Width, "give widths of 1 to 65,536");
        Require(Enum.IsDefined(Activation), "--activation", Activation, Name, "see --help");
        Require(Enum.IsDefined(Likelihood), "--likelihood", Likelihood, Name, "see --help");
        Require(Enum.IsDefined(Prior), "--prior", Prior, Name, "see --help");
        Require(PriorComponents is > 0 and <= 65_536, "--prior-components", PriorComponents, Count,
            "give 1 to 65,536");
        if (aim.Penalty is { } penalty && BatchSize < penalty.LeastBatch)
            throw new UserError($"--objective {Objective}", "compares the images of a batch",
                $"give --batch {penalty.LeastBatch} or more");
        if (aim.Penalty is DensityRatio && Hidden.Length == 0)
            throw new UserError(
                $"--objective {Objective}", "has a discriminator with the encoder's hidden layers",
                "give --hidden one width or more");
        if (PriorShape.HasGrid && (PriorComponents < 4 || Math.Sqrt(PriorComponents) % 1 != 0))
            throw new UserError(
                $"--prior-components {PriorComponents}", "lie on a square grid", "give 4, 9, 16, 25, …");
        if (Prior != PriorKind.Standard && aim.Penalty is KernelDiscrepancy)
            throw new UserError($"--objective {Objective}", "is made for p(z) = N(0, I)", "leave --prior out");
        if (remedy.Kind == RemedyKind.Delta) RequireRate(remedy.First, aim);
        if (Prior == PriorKind.Flow && Latent < 2)
            throw new UserError(
                "--prior flow", "changes one half of z by the other", "give --latent 2 or more");
        Require(Enum.IsDefined(Schedule), "--lr-schedule", Schedule, Name, "give constant or linear");
        return this;
    }

    /// <summary>δ-VAE has a prior of its own, which is not what the other objectives ask for.</summary>
    void RequireRate(double rate, Objective aim)
    {
        if (Prior != PriorKind.Standard || aim.Penalty is not null)
            throw new UserError($"--remedy {Remedy}", "has a prior of its own, whose dimensions go together",
                aim.Penalty is null ? "leave --prior out" : "leave --objective out");
        var most = AutoregressivePrior.MostRate(Latent);
        if (rate <= most) return;
        throw new UserError(
            $"--remedy {Remedy}", $"is more than the prior of {Latent} dimensions can commit to",
            Latent < 2 ? "give --latent 2 or more"
                : FormattableString.Invariant($"give at most {Math.Floor(100 * most) / 100}"));
    }
}
