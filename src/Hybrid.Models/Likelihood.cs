using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>p(x | z): what the decoder's output means.</summary>
public enum LikelihoodKind
{
    /// <summary>Each dimension is 0 or 1; the decoder gives logits.</summary>
    Bernoulli,

    /// <summary>Each dimension is N(decoder, σ²) with a given σ.</summary>
    GaussianFixed,

    /// <summary>Each dimension is N(decoder, σ²) with one σ that is trained.</summary>
    GaussianLearnt,

    /// <summary>Each dimension has a density on [0, 1]; the decoder gives logits.</summary>
    ContinuousBernoulli,

    /// <summary>Each dimension is one of 256 grey values, by a logistic density: μ and log s.</summary>
    Logistic,

    /// <summary>The same with several components; the decoder gives a score, μ and log s of each.</summary>
    LogisticMixture,

    /// <summary>Each dimension is one of some grey values; the decoder gives a score for each.</summary>
    Categorical,
}

/// <summary>A likelihood and its (starting) standard deviation, where it has one.</summary>
public readonly record struct Likelihood(LikelihoodKind Kind, double Sigma)
{
    /// <summary>Components of a mixture, or values of a category.</summary>
    public int Count { get; init; } = 1;

    /// <summary>A density on [0, 1].</summary>
    public static Likelihood ContinuousBernoulli => new(LikelihoodKind.ContinuousBernoulli, 0);

    /// <summary>256 grey values by a logistic density.</summary>
    public static Likelihood Logistic => new(LikelihoodKind.Logistic, 0);

    /// <summary>256 grey values by a mixture of logistic densities.</summary>
    public static Likelihood LogisticMixture(int components) =>
        new(LikelihoodKind.LogisticMixture, 0) { Count = components };

    /// <summary>So many grey values, k/(values − 1).</summary>
    public static Likelihood Categorical(int values) => new(LikelihoodKind.Categorical, 0) { Count = values };

    public static Likelihood Bernoulli => new(LikelihoodKind.Bernoulli, 0);

    /// <summary>N(mean, sigma²).</summary>
    public static Likelihood Gaussian(double sigma) => new(LikelihoodKind.GaussianFixed, sigma);

    /// <summary>N(mean, σ²) with σ trained from <paramref name="start"/>.</summary>
    public static Likelihood GaussianLearnt(double start) => new(LikelihoodKind.GaussianLearnt, start);

    public bool IsBernoulli => Kind == LikelihoodKind.Bernoulli;

    /// <summary>The distribution of a pixel, where a decoder makes all that it has; null for the others.</summary>
    public PixelLikelihood? Pixel => Kind switch
    {
        LikelihoodKind.ContinuousBernoulli => new(PixelDistribution.ContinuousBernoulli),
        LikelihoodKind.Logistic => new(PixelDistribution.DiscretizedLogistic),
        LikelihoodKind.LogisticMixture => new(PixelDistribution.LogisticMixture, Count),
        LikelihoodKind.Categorical => new(PixelDistribution.Categorical, Count),
        _ => null,
    };

    /// <summary>Numbers of the decoder's output for each dimension of the data.</summary>
    public int Outputs => Pixel?.Outputs ?? 1;

    /// <summary>Grey values that the data may have: k/(Levels − 1); 0 where any number will do.</summary>
    public int Levels => Kind switch
    {
        LikelihoodKind.Logistic or LikelihoodKind.LogisticMixture => 256,
        LikelihoodKind.Categorical => Count,
        _ => 0,
    };

    /// <summary>log σ².</summary>
    public float LogVar => (float)(2 * Math.Log(Sigma));
}
