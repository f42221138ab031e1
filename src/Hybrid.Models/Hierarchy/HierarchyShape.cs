using Hybrid.Autodiff;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>How q(z_1 … z_T | x) is factored.</summary>
public enum Inference
{
    /// <summary>
    /// q(z_1 | x) Π q(z_t | z_{t−1}): a Markov chain away from x, as a diffusion's is; here it is trained
    /// (Rezende, Mohamed &amp; Wierstra 2014, arXiv:1401.4082; Burda, Grosse &amp; Salakhutdinov 2016,
    /// arXiv:1509.00519).
    /// </summary>
    BottomUp,

    /// <summary>
    /// q(z_T | x) Π q(z_t | x, z_{t+1}): in the order of the generative model, whose p(z_t | z_{t+1}) each
    /// posterior combines with what x says (ladder VAE: Sønderby et al. 2016, arXiv:1602.02282).
    /// </summary>
    TopDown,
}

/// <summary>The shape of a VAE with T levels of latent variables, z_1 next to x.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Hidden">Widths between x and z_1; the decoder has them in reverse.</param>
/// <param name="Latents">Columns of z_1 … z_T.</param>
/// <param name="Between">Widths between one level and the next, up and down.</param>
/// <param name="Activation">Between layers.</param>
/// <param name="Likelihood">p(x | z_1).</param>
/// <param name="Inference">How the posterior is factored.</param>
public sealed record HierarchyShape(
    int DataDim, IReadOnlyList<int> Hidden, IReadOnlyList<int> Latents, IReadOnlyList<int> Between,
    Activation Activation, Likelihood Likelihood, Inference Inference)
{
    /// <summary>T.</summary>
    public int T => Latents.Count;
}

/// <summary>One level of a hierarchy's graph.</summary>
/// <param name="Mu">Means of q(z_t | …) [B, K_t].</param>
/// <param name="LogVar">Its log-variances [B, K_t].</param>
/// <param name="Z">The draw [B, K_t].</param>
/// <param name="Rate">
/// log q(z_t | …) − log p(z_t | z_{t+1}) per row, nats [B, 1]: in closed form where the draw that p is given
/// does not depend on z_t, else at the draw.
/// </param>
/// <param name="LogRatio">The same at the draw, on every level.</param>
public readonly record struct LevelValues(Value Mu, Value LogVar, Value Z, Value Rate, Value LogRatio);

/// <summary>The values of a hierarchy's graph that callers read.</summary>
/// <param name="Evidence">
/// What x alone says, as means and log-variances: q(z_1 | x) bottom-up; top-down one for each level.
/// </param>
/// <param name="Levels">z_1 … z_T.</param>
/// <param name="Nll">−log p(x | z_1) per row, nats [B, 1].</param>
/// <param name="Output">The decoder's output, P numbers for each dimension: [B, P·D].</param>
public sealed record HierarchyValues(
    IReadOnlyList<(Value Mu, Value LogVar)> Evidence, IReadOnlyList<LevelValues> Levels, Value Nll,
    Value Output);
