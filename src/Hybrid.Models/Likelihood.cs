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
}

/// <summary>A likelihood and its (starting) standard deviation, where it has one.</summary>
public readonly record struct Likelihood(LikelihoodKind Kind, double Sigma)
{
    public static Likelihood Bernoulli => new(LikelihoodKind.Bernoulli, 0);

    /// <summary>N(mean, sigma²).</summary>
    public static Likelihood Gaussian(double sigma) => new(LikelihoodKind.GaussianFixed, sigma);

    /// <summary>N(mean, σ²) with σ trained from <paramref name="start"/>.</summary>
    public static Likelihood GaussianLearnt(double start) => new(LikelihoodKind.GaussianLearnt, start);

    public bool IsBernoulli => Kind == LikelihoodKind.Bernoulli;

    /// <summary>log σ².</summary>
    public float LogVar => (float)(2 * Math.Log(Sigma));
}
