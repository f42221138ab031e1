using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>How the encoder learns from an importance-weighted bound; the decoder learns the same way in all.</summary>
public enum ImportanceGradient
{
    /// <summary>The derivative of the bound as it stands (Burda, Grosse &amp; Salakhutdinov 2016).</summary>
    Full,

    /// <summary>
    /// Through the draws alone: what is left out has mean 0 at K = 1, and bias above it (Roeder, Wu &amp; Duvenaud
    /// 2017, arXiv:1703.09194).
    /// </summary>
    StickingTheLanding,

    /// <summary>
    /// Through the draws alone, each share of the weights squared: no bias, and less noise (Tucker et al. 2019,
    /// arXiv:1810.04152).
    /// </summary>
    DoublyReparameterized,
}

/// <summary>The bound −log (1/K) Σ_k p(x, z_k) / q(z_k | x) on −log p(x), to be minimised.</summary>
/// <remarks>Burda, Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519, eq. 8: with K = 1 the ELBO.</remarks>
/// <param name="K">Draws per example.</param>
/// <param name="Gradient">Of the encoder.</param>
public sealed record ImportanceObjective(int K, ImportanceGradient Gradient)
{
    const string Latent = "zeros/latent", Data = "zeros/data";

    /// <summary>The values of the bound's graph.</summary>
    /// <param name="Bound">Of each example, nats [B, 1].</param>
    /// <param name="Nll">−log p(x | z) of each draw [B·K, 1].</param>
    /// <param name="Kl">KL(q ‖ p) of each draw's posterior [B·K, 1]: by the draw where it has no closed form.</param>
    /// <param name="Weighed">Whose adjoints are multiplied, and by what.</param>
    internal readonly record struct Terms(Value Bound, Value Nll, Value Kl, (Value, Value)[] Weighed);

    #region importance-bound
    /// <summary>B·K draws: those of example b are rows b·K … b·K + K − 1.</summary>
    internal Terms Build(Vae vae, Graph graph, int B)
    {
        var (D, latent) = (vae.Shape.DataDim, vae.Shape.Latent);
        var x = graph.Input("x", B, D);
        var (oneMu, oneLogVar) = vae.Encode(graph, x);
        Value Repeated(Value rows, string zeros, int cols) =>
            graph.PairSum(rows, graph.Input(zeros, K, cols), Activation.Identity);
        Value mu = Repeated(oneMu, Latent, latent), logVar = Repeated(oneLogVar, Latent, latent);

        var (z, standard) = graph.ReparameterizeKl(mu, logVar);
        var nll = vae.DecoderNll(graph, Repeated(x, Data, D), z);
        if (Gradient != ImportanceGradient.Full) (mu, logVar) = (graph.Detach(mu), graph.Detach(logVar));
        // The prior's own parameters, pseudo-inputs' way through the encoder among them, are the model's: not held.
        var ratio = vae.Prior.LogRatio(graph, z, mu, logVar);
        var surprise = graph.Plus(nll, ratio);
        var (bound, share) = graph.ImportanceNllRows(graph.Reshape(surprise, B, K));

        // The share is in the adjoint of each draw once already.
        (Value, Value)[] weighed = Gradient == ImportanceGradient.DoublyReparameterized
            ? [(z, graph.Reshape(share, B * K, 1))]
            : [];
        return new(bound, nll, vae.Prior.Factorises ? standard : ratio, weighed);
    }
    #endregion

    internal static void SetConstants(IOps ops, Plan plan)
    {
        ops.Fill(plan.Input(Latent), 0);
        ops.Fill(plan.Input(Data), 0);
    }
}
