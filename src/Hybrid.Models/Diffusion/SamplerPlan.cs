namespace Hybrid.Models;

#region acts
/// <summary>One act of a sampler.</summary>
public abstract record SamplerAct
{
    private protected SamplerAct() { }

    /// <summary>x̂₀ ← the denoiser's answer to z at log-SNR λ; what it had answered moves one back.</summary>
    public sealed record Ask(double LogSnr) : SamplerAct;

    /// <summary>The point kept ← z.</summary>
    public sealed record Keep : SamplerAct;

    /// <summary>z ← Z·z + Kept·(the point kept) + Σ_k Answers[k]·x̂_k + Noise·ε, which lies at λ.</summary>
    /// <param name="LogSnr">Where z is afterwards.</param>
    /// <param name="Z">Weight of z.</param>
    /// <param name="Kept">Weight of the point kept.</param>
    /// <param name="Answers">
    /// Weights of the answers, newest first: at most <see cref="SamplerPlan.Memory"/>.
    /// </param>
    /// <param name="Noise">Standard deviation of new noise.</param>
    public sealed record Move(double LogSnr, double Z, double Kept, double[] Answers, double Noise) : SamplerAct;
}
#endregion

/// <summary>A sampler on given levels: what it asks and by which weights it moves.</summary>
/// <remarks>
/// Every sampler here is linear in z, the denoiser's answers x̂ and noise, with weights that depend on the levels
/// alone. So a sampler is a list of numbers: it can be looked at, compared with another, run on a device by one
/// kernel and run in double precision on an oracle. z = αx + σε with α² + σ² = 1 throughout; EDM's x + (σ/α)ε is
/// z/α, and its samplers move the same points.
/// </remarks>
public sealed class SamplerPlan
{
    /// <summary>Answers that a plan may look back to, the newest counted.</summary>
    public const int Memory = 4;

    internal SamplerPlan(string name, IReadOnlyList<double> levels, IReadOnlyList<SamplerAct> acts) =>
        (Name, Levels, Acts) = (name, levels, acts);

    public string Name { get; }

    /// <summary>λ from where z starts to where it ends.</summary>
    public IReadOnlyList<double> Levels { get; }

    public IReadOnlyList<SamplerAct> Acts { get; }

    /// <summary>Times that the denoiser is asked.</summary>
    public int Evaluations => Acts.Count(act => act is SamplerAct.Ask);

    /// <summary>Whether two runs from one z end in one point, whatever the noise.</summary>
    public bool IsDeterministic => Acts.All(act => act is not SamplerAct.Move { Noise: not 0 });

    public override string ToString() => Name;
}
