using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What training reached on some images, beside what the best linear VAE reaches there.</summary>
/// <param name="Optimum">Of the best for the training set, nats per image; exact.</param>
/// <param name="Reached">Of the trained VAE, the mean over its posterior taken in closed form: no draws.</param>
/// <param name="Beta">β of the objective.</param>
public sealed record LinearComparison(ElboAccount Optimum, ElboAccount Reached, double Beta)
{
    /// <summary>
    /// How far D + β·R is above the optimum's, nats: never below 0 on the training set, but for rounding.
    /// </summary>
    public double Gap => Reached.Reconstruction + Beta * Reached.Kl - Optimum.Reconstruction - Beta * Optimum.Kl;
}

/// <summary>The closed-form optimum of a linear VAE on its training set, beside the training.</summary>
public sealed class LinearOracle
{
    readonly PrincipalAxes axes;
    readonly double beta;

    /// <summary>Finds the principal axes of the training set: seconds for thousands of digits.</summary>
    public LinearOracle(VaeRunOptions options, ImageSet train)
    {
        axes = new(InDoubles(train), train.D);
        beta = options.Beta;
        // A layer narrower than z is a linear map of less rank.
        var latent = options.Hidden.Append(options.Latent).Min();
        Optimum = options.Likelihood == LikelihoodKind.GaussianFixed
            ? LinearOptimum.Of(axes.Variance, latent, beta, options.Sigma)
            : LinearOptimum.WithBestSigma(axes.Variance, latent, beta);
    }

    /// <summary>Null where the likelihood has no bound: z holds all that varies, and σ falls to 0.</summary>
    public LinearOptimum? Optimum { get; }

    /// <summary>
    /// Whether such a run has a closed-form optimum: a linear encoder and decoder, Gaussian pixels, N(0, I), and a
    /// remedy that leaves E[−log p(x | z)] + β·KL in the end.
    /// </summary>
    public static bool Knows(VaeRunOptions options) =>
        options is { IsGaussian: true, Objective: "elbo", Prior: PriorKind.Standard, Beta: > 0 }
        && (options.Hidden.Length == 0 || options.Activation == Activation.Identity)
        && options.Countermeasure.Kind
            is RemedyKind.None or RemedyKind.Anneal or RemedyKind.Cyclical or RemedyKind.Aggressive;

    /// <summary>
    /// The optimum for the training set, and this VAE, both on these images; null without an optimum.
    /// </summary>
    public LinearComparison? Compare(LinearEvaluation trained, ImageSet images)
    {
        if (Optimum is null) return null;
        var moments = new double[images.D];
        var along = axes.Into(InDoubles(images));
        for (var i = 0; i < along.Length; i++)
            moments[i % images.D] += Math.Pow(along[i] - axes.Mean[i % images.D], 2) / images.N;
        return new(Optimum.On(moments), trained.Run(images), beta);
    }

    static double[] InDoubles(ImageSet images)
    {
        var doubles = new double[images.Pixels.Length];
        for (var i = 0; i < doubles.Length; i++) doubles[i] = images.Pixels[i];
        return doubles;
    }
}
